"""Values that Airflow checks when a DAG or a task is built.

Sources: ``DAG.__init__`` and ``BaseOperator.__init__`` of Airflow 2.9 and of the task SDK of 3.x. Only a
value that is known is checked; everything else passes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import FunctionType
from typing import Any, Final

from airflownet.judge.loader.cron import cron_problem
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.values import (
    DictValue,
    FunctionValue,
    ListValue,
    SetValue,
    is_concrete,
    truth,
)

_TEXT = (str,)
_NUMBER = (int, float)
_TASK_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "email_on_retry": (bool,),
    "email_on_failure": (bool,),
    "retry_exponential_backoff": _NUMBER,
    "depends_on_past": (bool,),
    "ignore_first_depends_on_past": (bool,),
    "wait_for_past_depends_before_skipping": (bool,),
    "wait_for_downstream": (bool,),
    "priority_weight": (int,),
    "queue": _TEXT,
    "pool": _TEXT,
    "pool_slots": (int,),
    "trigger_rule": _TEXT,
    "run_as_user": _TEXT,
    "map_index_template": _TEXT,
    "max_active_tis_per_dag": (int,),
    "max_active_tis_per_dagrun": (int,),
    "executor": _TEXT,
    "do_xcom_push": (bool,),
    "multiple_outputs": (bool,),
    "doc": _TEXT,
    "doc_md": _TEXT,
    "task_display_name": _TEXT,
    "logger_name": _TEXT,
}
"""Airflow's ``BASEOPERATOR_ARGS_EXPECTED_TYPES``, the part that is the same on all lines; None is allowed."""
_TYPED_SINCE: Final = (2, 9)
"""First line whose BaseOperator checks those types."""
_PRESETS: Final = frozenset(
    {
        "@once",
        "@continuous",
        "@hourly",
        "@daily",
        "@weekly",
        "@monthly",
        "@quarterly",
        "@yearly",
        "@annually",
        "@midnight",
    }
)


def line_of(airflow: str) -> tuple[int, int]:
    """Returns ``(3, 3)`` for ``"3.3"``."""
    major, _, minor = airflow.partition(".")
    return int(major), int(minor or 0)


_CONTAINER_TYPES: Final[dict[type, type]] = {
    ListValue: list,
    DictValue: dict,
    SetValue: set,
    tuple: tuple,
    FunctionValue: FunctionType,
}


def python_type(value: Any) -> type | None:
    """Returns the Python type a known value would have, None when it is not known."""
    return type(value) if is_concrete(value) else _CONTAINER_TYPES.get(type(value))


def check_task_values(arguments: Mapping[str, Any], airflow: str, trigger_rules: frozenset[str]) -> None:
    """Raises what ``BaseOperator.__init__`` raises for values it refuses."""
    line = line_of(airflow)
    timeout = arguments.get("execution_timeout")
    kind = python_type(timeout)
    if kind is not None and timeout is not None and kind is not datetime.timedelta:
        raise Raised(
            "ValueError",
            f"execution_timeout must be timedelta object but passed as type: {kind}",
            "bad-value",
            "execution_timeout",
        )
    if line >= (3, 0):
        for name in ("start_date", "end_date"):
            check_date(arguments.get(name), name)
    _check_retries(arguments.get("retries"), line)
    slots = arguments.get("pool_slots")
    if type(slots) is int and slots < 1:
        raise Raised("ValueError", "pool slots cannot be less than 1", "bad-value", "pool_slots")
    rule = arguments.get("trigger_rule")
    if isinstance(rule, str) and trigger_rules and rule not in trigger_rules:
        raise Raised(
            "ValueError" if line >= (3, 0) else "AirflowException",
            f"The trigger_rule must be one of {sorted(trigger_rules)}; received '{rule}'.",
            "bad-value",
            rule,
        )
    for name in ("retry_delay", "max_retry_delay"):
        _check_duration(arguments.get(name), name)
    if line >= _TYPED_SINCE:
        for name, types in _TASK_TYPES.items():
            if name in arguments:
                _check_type(name, arguments[name], types)


def _check_retries(retries: Any, line: tuple[int, int]) -> None:
    kind = python_type(retries)
    if kind is None or retries is None or kind is int:
        return
    try:
        int(retries)
    except (TypeError, ValueError, OverflowError):
        raise Raised(
            "RuntimeError" if line >= (3, 0) else "AirflowException",
            f"'retries' type must be int, not {kind.__name__}",
            "bad-value",
            "retries",
        ) from None


def _check_duration(value: Any, name: str) -> None:
    kind = python_type(value)
    if kind is not None and value is not None and kind not in (datetime.timedelta, int, float, bool):
        raise Raised(
            "TypeError",
            f"unsupported type for timedelta seconds component: {kind.__name__} ({name})",
            "bad-value",
            name,
        )


def _check_type(name: str, value: Any, types: tuple[type, ...]) -> None:
    kind = python_type(value)
    if kind is None or value is None or issubclass(kind, types):
        return
    expected = " or ".join(item.__name__ for item in types)
    raise Raised(
        "TypeError", f"'{name}' has an invalid type {kind} with value {value!r:.60}, expected type is {expected}",
        "bad-value", name,
    )  # fmt: skip


def check_date(value: Any, name: str) -> None:
    """Raises what ``convert_to_utc`` raises for a date that is none."""
    kind = python_type(value)
    if kind is None or value is None or issubclass(kind, datetime.datetime) or not truth(value):
        return
    raise Raised(
        "AttributeError", f"'{kind.__name__}' object has no attribute 'tzinfo' ({name})", "bad-value", name
    )


def check_dag_values(arguments: Mapping[str, Any], airflow: str) -> None:
    """Raises what ``DAG.__init__`` and DagBag's check of a DAG raise for values they refuse."""
    line = line_of(airflow)
    if line < (3, 0):
        given = [
            name for name in ("schedule_interval", "timetable", "schedule") if arguments.get(name) is not None
        ]
        if len(given) > 1:
            raise Raised(
                "ValueError",
                "At most one allowed for args 'schedule_interval', 'timetable', and 'schedule'.",
                "invalid-schedule",
                given[1],
            )
    default_args = arguments.get("default_args")
    kind = python_type(default_args)
    if kind not in (None, dict) and truth(default_args):
        raise Raised("TypeError", "default_args must be a dict", "bad-value", "default_args")
    for name in ("start_date", "end_date"):
        check_date(arguments.get(name), name)
    if isinstance(default_args, DictValue):
        for name in ("start_date", "end_date"):
            _check_default_date(default_args.get(name), name, line)
    check_schedule(arguments.get("schedule", arguments.get("schedule_interval")))
    _check_dag_types(arguments, line)
    _check_catchup(arguments, line)


def _check_default_date(value: Any, name: str, line: tuple[int, int]) -> None:
    """A date in ``default_args`` may be text; Airflow parses it with pendulum."""
    if isinstance(value, str):
        if value and not any(character.isdigit() for character in value):
            raise Raised("ParserError", f"Unable to parse string [{value}] ({name})", "bad-value", name)
        return
    if type(value) in (int, float):
        raise Raised("TypeError", f"expected a date, got {value!r} ({name})", "bad-value", name)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) and line >= (3, 0):
        raise Raised(
            "AttributeError", f"'datetime.date' object has no attribute 'tzinfo' ({name})", "bad-value", name
        )


def check_schedule(schedule: Any) -> None:
    """Raises what Airflow raises for a schedule that is none."""
    kind = python_type(schedule)
    if schedule is None or kind is None or kind is datetime.timedelta:
        return
    if isinstance(schedule, str):
        problem = None if schedule in _PRESETS else cron_problem(schedule)
        if problem is not None:
            raise Raised("AirflowTimetableInvalid", problem, "invalid-schedule", schedule)
        return
    if kind in (list, tuple, set):
        wrong = [item for item in schedule if python_type(item) is not None]
        if wrong:
            raise Raised(
                "ValueError",
                "All elements in 'schedule' should be either assets, asset references, or asset aliases",
                "invalid-schedule",
                repr(wrong[0])[:60],
            )
        return
    if kind is dict:
        return
    raise Raised(
        "ValueError", f"{schedule!r:.60} is not a valid schedule.", "invalid-schedule", repr(schedule)[:60]
    )


def _check_dag_types(arguments: Mapping[str, Any], line: tuple[int, int]) -> None:
    tags = arguments.get("tags")
    if isinstance(tags, (ListValue, SetValue, tuple)):
        for tag in tags:
            if isinstance(tag, str) and len(tag) > 100:
                raise Raised("ValueError", "tag cannot be longer than 100 characters", "bad-value", tag[:40])
    if line < (3, 0):
        return
    for name, expected in (
        ("description", str), ("max_active_tasks", int), ("max_active_runs", int),
        ("dagrun_timeout", datetime.timedelta),
    ):  # fmt: skip
        value = arguments.get(name)
        kind = python_type(value)
        if kind is not None and value is not None and not issubclass(kind, expected):
            raise Raised(
                "TypeError",
                f"'{name}' must be {expected} (got {value!r:.60} that is a {kind}).",
                "bad-value",
                name,
            )


def _check_catchup(arguments: Mapping[str, Any], line: tuple[int, int]) -> None:
    if (
        line < (3, 0)
        or truth(arguments.get("catchup", False)) is not True
        or arguments.get("catchup") is UNKNOWN
    ):
        return
    schedule = arguments.get("schedule")
    if schedule is None or schedule is UNKNOWN or arguments.get("start_date") is not None:
        return
    if not isinstance(schedule, (str, datetime.timedelta)):
        return
    default_args = arguments.get("default_args")
    if default_args is not None and (
        not isinstance(default_args, DictValue) or "start_date" in default_args or not default_args.exact
    ):
        return
    raise Raised("ValueError", "start_date is required when catchup=True", "bad-value", "start_date")
