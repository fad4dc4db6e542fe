"""What a few classes of Airflow that are no operators refuse when they are built.

Sources: ``_validate_asset_watcher_trigger`` and ``MultipleCronTriggerTimetable.__init__`` of Airflow 3.
"""

# ruff: noqa: ARG001 - checks of one table share one signature
from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.value_types import python_type
from airflownet.judge.loader.values import ApiInstance

Check = Callable[[list[Any], dict[str, Any]], None]


def _watcher(args: list[Any], kwargs: dict[str, Any]) -> None:
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


def _several_crons(args: list[Any], kwargs: dict[str, Any]) -> None:
    if not args:
        raise Raised("ValueError", "cron expression required", "missing-argument", "crons")


CONSTRUCTION_CHECKS: Final[dict[str, Check]] = {
    "AssetWatcher": _watcher,
    "MultipleCronTriggerTimetable": _several_crons,
}
