"""What a few operators of Airflow itself refuse when they are built.

One function for each class, found by the last part of a path in the method order, so that subclasses are
covered. Sources: the ``__init__`` of the classes in Airflow 2.9 and in the standard provider of 3.x.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, Final

from airflownet.judge.loader.enum_arguments import check_enum_arguments, enum_arguments
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.sql_check_values import (
    check_column_mapping,
    check_ratio_formula,
    check_table_checks,
)
from airflownet.judge.loader.task_values import check_sensor_values
from airflownet.judge.loader.values import (
    DictValue,
    FunctionValue,
    ListValue,
    PythonValue,
    SetValue,
    is_concrete,
    is_exact,
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


def _is_given(arguments: Arguments, name: str) -> bool:
    return arguments.get(name) is not None and arguments.get(name) is not UNKNOWN


def _python(arguments: Arguments) -> None:
    function = arguments.get("python_callable", UNKNOWN)
    if is_concrete(function) or isinstance(function, (ListValue, DictValue)):
        raise Raised(
            "AirflowException", "`python_callable` param must be callable", "bad-value", "python_callable"
        )


def _virtualenv(arguments: Arguments) -> None:
    function = arguments.get("python_callable", UNKNOWN)
    is_lambda = isinstance(function, FunctionValue) and function.name == "<lambda>"
    is_plain = is_concrete(function) or isinstance(function, (ListValue, DictValue))
    if is_lambda or is_plain or isinstance(function, PythonValue):
        raise Raised(
            "ValueError",
            "PythonVirtualenvOperator only supports functions for python_callable arg",
            "bad-value",
            "python_callable",
        )


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
    has_task = any(_is_given(arguments, name) for name in ("external_task_id", "external_task_ids"))
    for name in ("allowed_states", "skipped_states", "failed_states"):
        states = arguments.get(name)
        for state in states if has_task and isinstance(states, (ListValue, tuple)) else ():
            if isinstance(state, str) and state not in _STATES:
                raise Raised(
                    "ValueError",
                    f"Valid values for `{name}` are the states of tasks, not {state!r}",
                    "bad-value",
                    state,
                )


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
    given = arguments.get("week_day")
    days = [given] if isinstance(given, str) else given if isinstance(given, (ListValue, SetValue)) else ()
    for day in days:
        if isinstance(day, str) and day.upper() not in _WEEK_DAYS:
            raise Raised("AttributeError", f'Invalid Week Day passed: "{day}"', "bad-value", day)


def _docker(arguments: Arguments) -> None:
    """Before 3.0 a truth value stood for ``success`` or ``never``; the line is not known here."""
    value = arguments.get("auto_remove", "never")
    if is_concrete(value) and value not in ("never", "success", "force") and not isinstance(value, bool):
        raise Raised(
            "ValueError",
            f"Invalid `auto_remove` value {value!r}, expected one of 'never', 'success', or 'force'.",
            "bad-value",
            "auto_remove",
        )


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


_CHECKS: Final[dict[str, Callable[[Arguments], None]]] = {
    "BaseSensorOperator": check_sensor_values,
    "PythonOperator": _python,
    "_BasePythonVirtualenvOperator": _virtualenv,
    "ExternalTaskSensor": _external_task,
    "BranchDateTimeOperator": _branch_datetime,
    "BranchDayOfWeekOperator": _week_day,
    "DayOfWeekSensor": _week_day,
    "DockerOperator": _docker,
    "HITLOperator": _human,
    "TriggerDagRunOperator": _trigger_dag_run,
    "SQLColumnCheckOperator": check_column_mapping,
    "SQLTableCheckOperator": check_table_checks,
    "SQLIntervalCheckOperator": check_ratio_formula,
}


def check_class_values(order: tuple[str, ...], arguments: Arguments) -> None:
    """Raises what a class with that method order raises for these arguments.

    Args:
        order: dotted paths from the class to ``object``.
        arguments: keyword arguments, ``default_args`` included.
    """
    for check in _checks_of(order):
        check(arguments)


@lru_cache(maxsize=4096)
def _checks_of(order: tuple[str, ...]) -> tuple[Callable[[Arguments], None], ...]:
    names = [path.rpartition(".")[2] for path in order]
    checks = [_CHECKS[name] for name in names if name in _CHECKS]
    checks += [partial(check_enum_arguments, name) for name in names if name in enum_arguments()]
    return tuple(checks)
