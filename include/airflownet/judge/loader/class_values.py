"""What a few operators of Airflow itself refuse when they are built.

One function for each class, found by the last part of a path in the method order, so that subclasses are
covered. Sources: the ``__init__`` of the classes in Airflow 2.9 and in the standard provider of 3.x.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.value_checks import check_sensor_values
from airflownet.judge.loader.values import (
    DictValue,
    FunctionValue,
    ListValue,
    PythonValue,
    is_concrete,
)

Arguments = Mapping[str, Any]

_STATES: Final = frozenset(
    {
        "removed", "scheduled", "queued", "running", "success", "restarting", "failed", "up_for_retry",
        "up_for_reschedule", "upstream_failed", "skipped", "deferred", "awaiting_input",
    }
)  # fmt: skip


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
    if is_lambda or isinstance(function, PythonValue):
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


_CHECKS: Final[dict[str, Callable[[Arguments], None]]] = {
    "BaseSensorOperator": check_sensor_values,
    "PythonOperator": _python,
    "_BasePythonVirtualenvOperator": _virtualenv,
    "ExternalTaskSensor": _external_task,
    "BranchDateTimeOperator": _branch_datetime,
}


def check_class_values(order: tuple[str, ...], arguments: Arguments) -> None:
    """Raises what a class with that method order raises for these arguments.

    Args:
        order: dotted paths from the class to ``object``.
        arguments: keyword arguments, ``default_args`` included.
    """
    for path in order:
        check = _CHECKS.get(path.rpartition(".")[2])
        if check is not None:
            check(arguments)
