"""Values that Airflow checks when a DAG or a task is built.

Sources: ``DAG.__init__`` and ``BaseOperator.__init__`` of Airflow 2.9 and of the task SDK of 3.x. Only a
value that is known is checked; everything else passes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import cache
from types import FunctionType
from typing import Any, Final

from airflownet.judge.loader.airflow_state import XComArgValue
from airflownet.judge.loader.cron import cron_problem
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.param_checks import check_params
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.scope import MISSING
from airflownet.judge.loader.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    ListValue,
    PythonValue,
    SetValue,
    is_concrete,
    truth,
)

_ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}(?!\d)")
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
_CHECKED: Final = frozenset(_TASK_TYPES) | {
    "execution_timeout", "start_date", "end_date", "retries", "params", "pool_slots", "weight_rule",
    "retry_delay", "max_retry_delay",
}  # fmt: skip
"""Arguments of any task that ``check_task_values`` looks at."""
_TYPED_SINCE: Final = (2, 10)
"""First line whose BaseOperator checks those types."""
_WEIGHT_RULES: Final = frozenset({"downstream", "upstream", "absolute"})
_VIEWS: Final = frozenset({"grid", "graph", "duration", "gantt", "landing_times", "tree"})
_ORIENTATIONS: Final = frozenset({"LR", "TB", "RL", "BT"})
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


@cache
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


def shown(value: Any) -> str:
    """Returns at most 60 characters that show a value; a container is named by its type alone."""
    if is_concrete(value):
        return repr(value)[:60]
    kind = python_type(value)
    return "a value" if kind is None else f"a {kind.__name__}"


def shown_type(value: Any) -> str:
    """Returns the name Python would show for the type of a known value."""
    kind = python_type(value)
    return "object" if kind is None else kind.__name__


def python_type(value: Any) -> type | None:
    """Returns the Python type a known value would have, None when it is not known."""
    if isinstance(value, PythonValue):
        return type(value.object)
    return type(value) if is_concrete(value) else _CONTAINER_TYPES.get(type(value))


def check_task_values(arguments: Mapping[str, Any], airflow: str, trigger_rules: frozenset[str]) -> None:
    """Raises what ``BaseOperator.__init__`` raises for values it refuses."""
    if _CHECKED.isdisjoint(arguments):
        return
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
    _check_mapping(arguments.get("params"), "params")
    slots = arguments.get("pool_slots")
    if type(slots) is int and slots < 1:
        task_id = arguments.get("task_id")
        message = f"pool slots for {task_id} cannot be less than 1"
        raise Raised("ValueError", message, "bad-value", "pool_slots")
    rule = arguments.get("trigger_rule")
    if isinstance(rule, str) and trigger_rules and rule not in trigger_rules:
        raise Raised(
            "ValueError" if line >= (3, 0) else "AirflowException",
            f"The trigger_rule must be one of {sorted(trigger_rules)}; received '{rule}'.",
            "bad-value",
            rule,
        )
    kind = python_type(rule)
    if kind is not None and rule is not None and kind is not str:
        raise Raised(
            "AttributeError" if line >= (3, 0) else "TypeError",
            f"'{kind.__name__}' object has no attribute 'lower' (trigger_rule)",
            "bad-value",
            "trigger_rule",
        )
    priority = arguments.get("priority_weight")
    kind = python_type(priority)
    if kind is not None and priority is not None and not issubclass(kind, int) and line < _TYPED_SINCE:
        raise Raised(
            "AirflowException",
            f"`priority_weight` only accepts integers, received '{kind}'.",
            "bad-value",
            "priority_weight",
        )
    weight = arguments.get("weight_rule")
    if isinstance(weight, str) and line < (3, 0) and weight not in _WEIGHT_RULES and "." not in weight:
        raise Raised("AirflowException", f"Unknown priority strategy {weight}", "bad-value", weight)
    for name in ("retry_delay", "max_retry_delay"):
        _check_duration(arguments.get(name), name)
    if line >= _TYPED_SINCE and not _TASK_TYPES.keys().isdisjoint(arguments):
        for name, types in _TASK_TYPES.items():
            if name in arguments:
                _check_type(name, arguments[name], types)


def _check_mapping(value: Any, name: str) -> None:
    kind = python_type(value)
    if kind is not None and kind is not dict and truth(value):
        raise Raised("TypeError", f"{name} must be a mapping, got {kind}", "bad-value", name)


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


def check_asset_values(name: str, args: list[Any], kwargs: Mapping[str, Any]) -> None:
    """Raises what ``Asset(...)`` raises without a name and a uri, or with an empty one."""
    if not args and "name" not in kwargs and "uri" not in kwargs:
        raise Raised("TypeError", f"{name}() requires either 'name' or 'uri'", "missing-argument", "name")
    for value in (*args[:2], kwargs.get("name"), kwargs.get("uri")):
        if isinstance(value, str) and not value.strip():
            raise Raised("ValueError", f"{name} name cannot be empty", "bad-value", "name")
        if isinstance(value, str) and value.startswith("airflow:"):
            raise Raised("ValueError", f"{name} scheme 'airflow' is reserved", "bad-value", "airflow")


def check_sensor_values(arguments: Mapping[str, Any]) -> None:
    """Raises what ``BaseSensorOperator`` raises for its own arguments."""
    mode = arguments.get("mode", "poke")
    if isinstance(mode, str) and mode not in ("poke", "reschedule"):
        raise Raised(
            "ValueError",
            f"The mode must be one of ['poke', 'reschedule']; received '{mode}'.",
            "bad-value",
            mode,
        )
    if arguments.get("soft_fail") is True and arguments.get("never_fail") is True:
        message = "soft_fail and never_fail are mutually exclusive, you can not provide both."
        raise Raised("ValueError", message, "bad-value", "never_fail")
    for name in ("poke_interval", "timeout"):
        value = arguments.get(name, UNKNOWN)
        kind = python_type(value)
        if kind is None:
            continue
        is_number = kind in (int, float, bool) and value >= 0
        if not is_number and kind is not datetime.timedelta:
            raise Raised(
                "ValueError",
                f"Operator arg `{name}` must be timedelta object or a non-negative number",
                "bad-value",
                name,
            )


def _check_type(name: str, value: Any, types: tuple[type, ...]) -> None:
    if isinstance(value, XComArgValue):
        raise Raised(
            "TypeError", f"'{name}' expects {types[0]}, got a task's output (PlainXComArg)", "bad-value", name
        )
    kind = python_type(value)
    if kind is None or value is None or issubclass(kind, types):
        return
    expected = " or ".join(item.__name__ for item in types)
    raise Raised(
        "TypeError", f"'{name}' has an invalid type {kind} with value {shown(value)}, expected is {expected}",
        "bad-value", name,
    )  # fmt: skip


def _full_name(kind: type) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def check_date(value: Any, name: str) -> None:
    """Raises what ``convert_to_utc`` raises for a date that is none."""
    if isinstance(value, (PythonValue, FunctionValue, ClassValue, ApiValue)):
        raise Raised("AttributeError", f"a function has no attribute 'tzinfo' ({name})", "bad-value", name)
    kind = python_type(value)
    if kind is None or value is None or issubclass(kind, datetime.datetime) or not truth(value):
        return
    raise Raised(
        "AttributeError", f"'{_full_name(kind)}' object has no attribute 'tzinfo' ({name})", "bad-value", name
    )


def check_dag_values(arguments: Mapping[str, Any], airflow: str) -> None:
    """Raises what ``DAG.__init__`` and DagBag's check of a DAG raise for values they refuse."""
    line = line_of(airflow)
    if line < (3, 0):
        _check_schedules_of_2(arguments)
    default_args = arguments.get("default_args")
    kind = python_type(default_args)
    if kind not in (None, dict) and truth(default_args):
        wanted = "'default_args' must be <class 'dict'>" if line >= (3, 0) else "default_args must be a dict"
        raise Raised("TypeError", wanted, "bad-value", "default_args")
    _check_mapping(arguments.get("params"), "params")
    for name in ("start_date", "end_date"):
        check_date(arguments.get(name), name)
    if isinstance(default_args, DictValue):
        for name in ("start_date", "end_date"):
            _check_default_date(default_args.get(name), name, line)
    schedule = arguments.get("schedule", arguments.get("schedule_interval"))
    check_schedule(schedule)
    most = arguments.get("max_active_runs", 16)
    if schedule == "@continuous" and isinstance(most, int) and most > 1:
        raise Raised(
            "ValueError" if line >= (3, 0) else "AirflowException",
            "Invalid max_active_runs: ContinuousTimetable requires max_active_runs <= 1",
            "bad-value",
            "max_active_runs",
        )
    _check_owner_links(arguments.get("owner_links"))
    _check_dag_types(arguments, line)
    schedule = arguments.get("schedule", arguments.get("schedule_interval", MISSING))
    by_time = isinstance(schedule, (str, datetime.timedelta)) or (schedule is MISSING and line < (3, 0))
    if by_time and arguments.get("timetable") is None:
        check_params(arguments.get("params"))
    _check_catchup(arguments, line)


def _check_schedules_of_2(arguments: Mapping[str, Any]) -> None:
    """Airflow 2: a schedule needs a start date, there is one of it; views and orientations are fixed."""
    given = [
        name
        for name in ("schedule_interval", "timetable", "schedule")
        if isinstance(arguments.get(name), ApiInstance) or truth(arguments.get(name)) is True
    ]
    default_args = arguments.get("default_args")
    may_have_date = arguments.get("start_date") is not None or (
        default_args is not None
        and (
            not isinstance(default_args, DictValue) or "start_date" in default_args or not default_args.exact
        )
    )
    if given and not may_have_date:
        raise Raised(
            "ValueError", "DAG is missing the start_date parameter", "missing-argument", "start_date"
        )
    if len(given) > 1:
        raise Raised(
            "ValueError",
            "At most one allowed for args 'schedule_interval', 'timetable', and 'schedule'.",
            "invalid-schedule",
            given[1],
        )
    for name, allowed in (("default_view", _VIEWS), ("orientation", _ORIENTATIONS)):
        value = arguments.get(name)
        if is_concrete(value) and value is not None and value not in allowed:
            raise Raised(
                "AirflowException",
                f"Invalid values of dag.{name}: only support {sorted(allowed)}, but get {value}",
                "bad-value",
                name,
            )


def _check_owner_links(links: Any) -> None:
    if not isinstance(links, DictValue):
        return
    for owner, link in links.items():
        if not isinstance(link, str):
            continue
        scheme, _, rest = link.partition(":")
        is_link = (
            bool(rest) if scheme == "mailto" else bool(scheme) and rest.startswith("//") and len(rest) > 2
        )
        if not is_link:
            raise Raised(
                "AirflowException",
                f"Wrong link format was used for the owner. Bad formatted links are: {{{owner!r}: {link!r}}}",
                "bad-value",
                "owner_links",
            )


def _is_date_text(value: str) -> bool:
    """Whether a date may be read from the text; only what is plainly none is refused."""
    if not any(character.isdigit() for character in value):
        return not value
    if _ISO_DATE.match(value):
        try:
            datetime.date.fromisoformat(value[:10])
        except ValueError:
            return False
    return True


def _check_default_date(value: Any, name: str, line: tuple[int, int]) -> None:
    """A date in ``default_args`` may be text; Airflow parses it with pendulum."""
    if isinstance(value, str):
        if not _is_date_text(value):
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
    if isinstance(schedule, ApiInstance):
        _check_cron_timetable(schedule)
    is_class = isinstance(schedule, ClassValue) or hasattr(getattr(schedule, "definition", None), "mro")
    if is_class and isinstance(schedule, (ClassValue, ApiValue)):
        name = schedule.path.rpartition(".")[2] if isinstance(schedule, ApiValue) else schedule.name
        message = f"{name}.validate() missing 1 required positional argument: 'self' (a class is no schedule)"
        raise Raised("TypeError", message, "invalid-schedule", name)
    if isinstance(schedule, datetime.timedelta) and schedule <= datetime.timedelta(0):
        raise Raised(
            "AirflowTimetableInvalid",
            f"schedule interval must be positive, not {schedule!r}",
            "invalid-schedule",
            repr(schedule),
        )
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
                shown(wrong[0]),
            )
        return
    if kind is dict:
        if not truth(schedule):
            return
        message = "All elements in 'schedule' should be either assets, asset references, or asset aliases"
        raise Raised("ValueError", message, "invalid-schedule", "schedule")
    raise Raised(
        "ValueError", f"{shown(schedule)} is not a valid schedule.", "invalid-schedule", shown(schedule)
    )


def _check_dag_types(arguments: Mapping[str, Any], line: tuple[int, int]) -> None:
    tags = arguments.get("tags")
    if isinstance(tags, (ListValue, SetValue, tuple)):
        for tag in tags:
            if is_concrete(tag) and not isinstance(tag, (str, bytes)):
                raise Raised(
                    "TypeError", f"object of type '{type(tag).__name__}' has no len()", "bad-value", "tags"
                )
            if isinstance(tag, str) and len(tag) > 100:
                raise Raised("ValueError", "tag cannot be longer than 100 characters", "bad-value", tag[:40])
    if line < (3, 0):
        return
    _check_tags_of_3(tags)
    for name, expected in (
        ("description", str), ("max_active_tasks", int), ("max_active_runs", int), ("dag_display_name", str),
        ("max_consecutive_failed_dag_runs", int),
        ("dagrun_timeout", datetime.timedelta),
    ):  # fmt: skip
        value = arguments.get(name)
        kind = python_type(value)
        if kind is not None and value is not None and not issubclass(kind, expected):
            raise Raised(
                "TypeError",
                f"'{name}' must be {expected} (got {shown(value)} that is a {kind}).",
                "bad-value",
                name,
            )


def _check_tags_of_3(tags: Any) -> None:
    """Airflow 3 makes a set of the tags."""
    kind = python_type(tags)
    if kind is not None and kind in (bool, int, float, FunctionType) and truth(tags):
        raise Raised("TypeError", f"'{kind.__name__}' object is not iterable", "bad-value", "tags")
    for tag in tags if isinstance(tags, (ListValue, tuple)) else ():
        if isinstance(tag, (ListValue, DictValue, SetValue)):
            raise Raised("TypeError", f"unhashable type: '{shown_type(tag)}'", "bad-value", "tags")


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


def check_fail_fast(dag: Mapping[str, Any], rule: Any) -> None:
    """Raises what Airflow raises for a task of a ``fail_fast`` DAG (``fail_stop`` before 3.0)."""
    for name in ("fail_fast", "fail_stop"):
        if dag.get(name) is True and isinstance(rule, str) and rule != "all_success":
            raise Raised(
                "FailFastDagInvalidTriggerRule" if name == "fail_fast" else "DagInvalidTriggerRule",
                f"A '{name}' dag can only have TriggerRule.ALL_SUCCESS trigger rule",
                "bad-value",
                name,
            )


def _check_cron_timetable(schedule: ApiInstance) -> None:
    """A timetable made of a cron expression checks it when the DAG is made."""
    if not schedule.path.rpartition(".")[2].startswith(("CronTrigger", "CronDataInterval")):
        return
    cron = schedule.args[0] if schedule.args else schedule.kwargs.get("cron")
    if isinstance(cron, str) and cron not in _PRESETS:
        problem = cron_problem(cron)
        if problem is not None:
            raise Raised("AirflowTimetableInvalid", problem, "invalid-schedule", cron)
