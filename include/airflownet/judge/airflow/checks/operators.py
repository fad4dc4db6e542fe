"""What a few operators of Airflow itself refuse when they are built.

One function for each class, found by the last part of a path in the method order, so that subclasses are
covered. Sources: the ``__init__`` of the classes in Airflow 2.9 and in the standard provider of 3.x.
"""

from __future__ import annotations

import ast
import datetime
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, Final

from airflownet.judge.airflow.checks.argument_checks import check_arguments, groups
from airflownet.judge.airflow.checks.enum_arguments import check_enum_arguments, enum_arguments
from airflownet.judge.airflow.checks.kubernetes import check_cluster_body, check_pod, check_pod_parts
from airflownet.judge.airflow.checks.sensors import check_sensor_values
from airflownet.judge.airflow.checks.sql import check_column_mapping, check_days_back, check_table_checks
from airflownet.judge.airflow.objects import DagValue, GroupValue, TaskValue, XComArgValue
from airflownet.judge.interpreter.function_bodies import is_generator
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import full_name, python_type
from airflownet.judge.interpreter.values import (
    DictValue,
    FunctionValue,
    ListValue,
    PythonValue,
    is_concrete,
    is_exact,
    truth,
)

Arguments = Mapping[str, Any]

_WEEK_DAYS: Final = frozenset({"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"})
_STATES: Final = frozenset(
    {
        "removed", "scheduled", "queued", "running", "success", "restarting", "failed", "up_for_retry",
        "up_for_reschedule", "upstream_failed", "skipped", "deferred", "awaiting_input",
    }
)  # fmt: skip
_RUN_STATES: Final = frozenset({"queued", "running", "success", "failed"})
_NEVER_CALLED: Final = (ListValue, DictValue, TaskValue, XComArgValue, GroupValue, DagValue)


def _is_given(arguments: Arguments, name: str) -> bool:
    return arguments.get(name) is not None and arguments.get(name) is not UNKNOWN


def _python(arguments: Arguments) -> None:
    function = arguments.get("python_callable", UNKNOWN)
    if is_concrete(function) or isinstance(function, _NEVER_CALLED):
        raise Raised(
            "AirflowException", "`python_callable` param must be callable", "bad-value", "python_callable"
        )


def _virtualenv(arguments: Arguments) -> None:
    function = arguments.get("python_callable", UNKNOWN)
    is_lambda = isinstance(function, FunctionValue) and function.name == "<lambda>"
    is_plain = is_concrete(function) or isinstance(function, _NEVER_CALLED)
    if is_lambda or is_plain or isinstance(function, PythonValue):
        raise Raised(
            "ValueError",
            "PythonVirtualenvOperator only supports functions for python_callable arg",
            "bad-value",
            "python_callable",
        )
    if isinstance(function, FunctionValue) and _yields(function):
        message = "PythonVirtualenvOperator does not support using 'yield' in python_callable"
        raise Raised("ValueError", message, "bad-value", "python_callable")
    version = arguments.get("python_version")
    given = any(arguments.get(name) for name in ("op_args", "op_kwargs"))
    if isinstance(version, str) and version and version[0] != "3" and given:
        message = (
            "Passing op_args or op_kwargs is not supported across different Python major versions for "
            f"PythonVirtualenvOperator (python_version {version!r}). Please use string_args."
        )
        raise Raised("AirflowException", message, "bad-value", "python_version")


def _yields(function: FunctionValue) -> bool:
    return not isinstance(function.node, ast.Lambda) and is_generator(function.node)


def _external_task(arguments: Arguments) -> None:
    for one, other in (("execution_delta", "execution_date_fn"), ("external_task_id", "external_task_ids")):
        if _is_given(arguments, one) and _is_given(arguments, other):
            raise Raised(
                "ValueError",
                f"Only one of `{one}` or `{other}` may be provided to ExternalTaskSensor; not both.",
                "bad-value",
                one,
            )
    names_task = any(_is_given(arguments, name) for name in ("external_task_id", "external_task_ids"))
    if names_task and _is_given(arguments, "external_task_group_id"):
        raise Raised(
            "ValueError",
            "Only one of `external_task_group_id` or `external_task_ids` may be provided to "
            "ExternalTaskSensor; use external_task_id or external_task_ids or external_task_group_id.",
            "bad-value",
            "external_task_group_id",
        )
    _check_awaited_states(arguments, of_task=names_task or _is_given(arguments, "external_task_group_id"))


def _check_awaited_states(arguments: Arguments, *, of_task: bool) -> None:
    """The states are those of tasks, or of runs where no task is named; none is in two of the lists."""
    allowed = arguments.get("allowed_states")
    listed: list[Any] = [] if allowed is UNKNOWN or truth(allowed) else ["success"]
    for name in ("allowed_states", "skipped_states", "failed_states"):
        states = arguments.get(name)
        if isinstance(states, (ListValue, tuple, str)):  # a text is taken for the list of its letters
            listed += [state for state in states if isinstance(state, str)]
    if len(set(listed)) != len(listed):
        message = "Duplicate values provided across allowed_states, skipped_states and failed_states."
        raise Raised("DuplicateStateError", message, "bad-value", "allowed_states")
    if any(arguments.get(name, None) is UNKNOWN for name in _TASK_NAMES):
        return
    for state in listed:
        if state not in (_STATES if of_task else _RUN_STATES):
            whose = "is not `None`" if of_task else "is `None`"
            message = (
                "Valid values for `allowed_states`, `skipped_states` and `failed_states` when "
                f"`external_task_id` and `external_task_group_id` {whose} do not hold {state!r}"
            )
            raise Raised("ValueError", message, "bad-value", state)


_TASK_NAMES: Final = ("external_task_id", "external_task_ids", "external_task_group_id")


def _branch_datetime(arguments: Arguments) -> None:
    if arguments.get("target_lower", UNKNOWN) is None and arguments.get("target_upper", UNKNOWN) is None:
        raise Raised(
            "AirflowException",
            "Both target_upper and target_lower are None. At least one must be defined",
            "bad-value",
            "target_upper",
        )


def _week_day(arguments: Arguments) -> None:
    """Names of days are looked up in capitals."""
    given = arguments.get("week_day", UNKNOWN)
    kind = python_type(given)
    if kind is not None and not hasattr(kind, "__iter__"):
        message = (
            f"Unsupported Type for week_day parameter: {kind}."
            "Input should be iterable type:str, set, list, dict or Weekday enum type"
        )
        raise Raised("TypeError", message, "bad-value", "week_day")
    days = [given] if isinstance(given, str) else given if kind in (list, tuple, set, dict) else ()
    for day in days:
        kind = python_type(day)
        if isinstance(day, str) and day.upper() not in _WEEK_DAYS:
            raise Raised("AttributeError", f'Invalid Week Day passed: "{day}"', "bad-value", day)
        if kind is not None and not hasattr(kind, "upper"):
            message = f"'{kind.__name__}' object has no attribute 'upper'"
            raise Raised("AttributeError", message, "bad-value", "week_day")


def _human(arguments: Arguments) -> None:
    """The choices a person is given hold those that are taken by default."""
    options, defaults = arguments.get("options"), arguments.get("defaults")
    chosen = [defaults] if isinstance(defaults, str) else defaults
    if not isinstance(options, ListValue) or not isinstance(chosen, (ListValue, tuple)):
        return
    if not is_exact(options) or not all(map(is_concrete, chosen)):
        return
    for item in chosen:
        if item not in options:
            message = f'defaults "{list(chosen)}" should be a subset of options "{list(options)}"'
            raise Raised("ValueError", message, "bad-value", str(item))


def _trigger_dag_run(arguments: Arguments) -> None:
    """Each state is made a ``DagRunState``."""
    for name in ("allowed_states", "failed_states"):
        states = arguments.get(name)
        for state in states if isinstance(states, (ListValue, tuple)) else ():
            if isinstance(state, str) and state not in _RUN_STATES:
                raise Raised("ValueError", f"{state!r} is not a valid DagRunState", "bad-value", state)


def _time_of_day(arguments: Arguments) -> None:
    """``TimeSensor`` combines it with today's date."""
    value = arguments.get("target_time")
    kind = python_type(value)
    if kind is not None and kind is not datetime.time and "target_time" in arguments:
        shown = "None" if value is None else full_name(type if isinstance(value, PythonValue) else kind)
        message = f"combine() argument 2 must be datetime.time, not {shown}"
        raise Raised("TypeError", message, "wrong-type", "target_time")


_CHECKS: Final[dict[str, Callable[[Arguments], None]]] = {
    "PythonOperator": _python,
    "_BasePythonVirtualenvOperator": _virtualenv,
    "ExternalTaskSensor": _external_task,
    "BranchDateTimeOperator": _branch_datetime,
    "BranchDayOfWeekOperator": _week_day,
    "DayOfWeekSensor": _week_day,
    "HITLOperator": _human,
    "TriggerDagRunOperator": _trigger_dag_run,
    "GKECreateClusterOperator": check_cluster_body,
    "KubernetesPodOperator": check_pod_parts,
    "SQLColumnCheckOperator": check_column_mapping,
    "SQLTableCheckOperator": check_table_checks,
    "SQLIntervalCheckOperator": check_days_back,
}
_CHECKS_TO_2_9: Final[dict[str, Callable[[Arguments], None]]] = {"KubernetesPodOperator": check_pod}
"""Checks of providers as of Airflow 2.9 that later releases no longer make."""


_WITH_DEFAULTS: Final = ("allowed_states",)
"""Arguments that a check takes for their default where they are not given."""


def check_class_values(
    order: tuple[str, ...], arguments: Arguments, airflow: str = "", *, is_open: bool = False
) -> None:
    """Raises what a class with that method order raises for these arguments.

    Args:
        order: dotted paths from the class to ``object``.
        arguments: keyword arguments, ``default_args`` included.
        airflow: the line.
        is_open: whether there may be others.
    """
    if is_open:
        arguments = dict.fromkeys(_WITH_DEFAULTS, UNKNOWN) | dict(arguments)
    for check in _checks_of(order, airflow):
        check(arguments)


@lru_cache(maxsize=4096)
def _checks_of(order: tuple[str, ...], airflow: str) -> tuple[Callable[[Arguments], None], ...]:
    return tuple([check for path in order for check in _checks_at(path, airflow)])


@lru_cache(maxsize=4096)
def _checks_at(path: str, airflow: str) -> tuple[Callable[[Arguments], None], ...]:
    name = path.rpartition(".")[2]
    checks = [_CHECKS[name]] if name in _CHECKS else []
    if name == "BaseSensorOperator":
        checks = [partial(check_sensor_values, airflow=airflow)]
    if name == "TimeSensorAsync" or (name == "TimeSensor" and not airflow.startswith("2")):
        checks.append(_time_of_day)
    if name in _CHECKS_TO_2_9 and airflow in ("2.7", "2.8", "2.9"):
        checks.append(_CHECKS_TO_2_9[name])
    if name in groups():
        checks.append(partial(check_arguments, name, airflow=airflow))
    if name in enum_arguments():
        checks.append(partial(check_enum_arguments, name))
    return tuple(checks)
