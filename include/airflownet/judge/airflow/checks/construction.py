"""What a few classes of Airflow that are no operators refuse when they are built.

Sources: ``_validate_asset_watcher_trigger`` and ``MultipleCronTriggerTimetable.__init__`` of Airflow 3.
"""

# ruff: noqa: ARG001 - checks of one table share one signature
from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from airflownet.judge.airflow.checks.assets import check_access, check_alias, check_condition, check_reference
from airflownet.judge.airflow.checks.params import check_param
from airflownet.judge.airflow.checks.schedules import check_events, check_or_time, check_timezone
from airflownet.judge.airflow.checks.sdk_classes import SDK_CHECKS
from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type
from airflownet.judge.interpreter.values import ApiInstance

Check = Callable[[list[Any], dict[str, Any], tuple[int, int]], None]


def _watcher(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    trigger = args[1] if len(args) > 1 else kwargs.get("trigger")
    definition = trigger.definition if isinstance(trigger, ApiInstance) else None
    if isinstance(definition, ClassInfo):
        is_event = any(path.endswith(".BaseEventTrigger") for path in definition.mro)
        is_wrong = not is_event and not definition.unknown_bases
    else:
        is_wrong = python_type(trigger) is not None
    if is_wrong:
        message = "Asset watcher trigger must inherit BaseEventTrigger"
        raise Raised("ValueError", message, "bad-value", "trigger")


def _several_crons(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    if not args:
        raise Raised("ValueError", "cron expression required", "missing-argument", "crons")


def _connection(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    if line < (3, 0) or python_type(kwargs.get("uri")) in (None, type(None)):
        return
    if any(name not in ("conn_id", "uri") for name in kwargs):
        message = (
            "You must create an object using the URI or individual values (conn_type, host, login, password, "
            "schema, port or extra). You can't mix these two ways to create this object."
        )
        raise Raised("AirflowException", message, "bad-value", "uri")


CONSTRUCTION_CHECKS: Final[dict[str, Check]] = {
    **SDK_CHECKS,
    "Param": check_param,
    "AssetAny": check_condition,
    "AssetAll": check_condition,
    "DatasetAny": check_condition,
    "DatasetAll": check_condition,
    "AssetAlias": check_alias,
    "AssetAccessControl": check_access,
    "ref": check_reference,
    "CronTriggerTimetable": check_timezone,
    "CronDataIntervalTimetable": check_timezone,
    "EventsTimetable": check_events,
    "AssetOrTimeSchedule": check_or_time,
    "DatasetOrTimeSchedule": check_or_time,
    "Connection": _connection,
    "AssetWatcher": _watcher,
    "MultipleCronTriggerTimetable": _several_crons,
}
