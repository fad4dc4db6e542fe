"""Calls of Airflow's own names and of the decorated functions they make."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow import assets, taskflow
from airflownet.judge.airflow import dags as dag_objects
from airflownet.judge.airflow import groups as group_objects
from airflownet.judge.airflow.chain import chain, chain_linear, cross_downstream
from airflownet.judge.airflow.checks.construction import CONSTRUCTION_CHECKS
from airflownet.judge.airflow.objects import (
    LabelValue,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.airflow.operator_classes import POKE_MODE_ONLY
from airflownet.judge.airflow.operators import call_operator, is_operator
from airflownet.judge.airflow.params_dict import params_dict
from airflownet.judge.airflow.roles import role_of
from airflownet.judge.airflow.world import world_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of
from airflownet.judge.interpreter.values import ApiValue, ClassValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

Call = Callable[..., Any]


def _label(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) > 1:
        message = f"Label() takes 1 positional argument but {len(args)} were given"
        raise Raised("TypeError", message, "too-many-arguments", "Label")
    wrong = [name for name in kwargs if name != "label"]
    if wrong:
        message = f"Label() got an unexpected keyword argument '{wrong[0]}'"
        raise Raised("TypeError", message, "unknown-argument", wrong[0])
    if not args and not kwargs:
        message = "Label() missing 1 required positional argument: 'label'"
        raise Raised("TypeError", message, "missing-argument", "label")
    return LabelValue(args[0] if args else kwargs.get("label"))


def _xcom_arg(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    operator = args[0] if args else kwargs.get("operator")
    key = args[1] if len(args) > 1 else kwargs.get("key", "return_value")
    return XComArgValue((operator,), key) if isinstance(operator, TaskValue) else UNKNOWN


def _is_virtualenv_installed(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Airflow 3's standard provider installs virtualenv, Airflow 2 leaves it to the user."""
    return interpreter.is_installed("virtualenv")


def _apply_defaults(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """The old decorator of an operator's ``__init__``: it calls what it decorates."""
    return args[0] if args else UNKNOWN


def _poke_mode_only(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """The class decorator of sensors that cannot be rescheduled."""
    if args and isinstance(args[0], ClassValue):
        args[0].attributes[POKE_MODE_ONLY] = True
    return args[0] if args else UNKNOWN


_ROLE_CALLS: dict[str, Call] = {
    "poke_mode_only": _poke_mode_only,
    "apply_defaults": _apply_defaults,
    "is_venv_installed": _is_virtualenv_installed,
    "Label": _label,
    "EdgeModifier": _label,
    "XComArg": _xcom_arg,
    "ParamsDict": params_dict,
    "chain": chain,
    "chain_linear": chain_linear,
    "cross_downstream": cross_downstream,
}
_OPEN_ROLE_CALLS: dict[str, Call] = {
    "DAG": dag_objects.build_dag,
    "asset": assets.asset_decorator,
    "multi": assets.asset_decorator,
    "dag": dag_objects.dag_decorator,
    "TaskGroup": group_objects.build_group,
    "task_group": group_objects.group_decorator,
    "task": taskflow.task_decorator,
    "setup": taskflow.setup_decorator,
    "teardown": taskflow.teardown_decorator,
}


def call_api(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """Returns what calling a name of Airflow or of a library gives."""
    open_role_call, role_call, check = _ways(value.path, world_of(interpreter).canonical(value))
    if open_role_call is not None:
        return open_role_call(interpreter, value, args, kwargs, is_open=is_open)
    if role_call is not None and is_open:  # ``chain(*tasks)`` of tasks that may be others
        with interpreter.maybe():
            return role_call(interpreter, args, kwargs)
    if role_call is not None:
        return role_call(interpreter, args, kwargs)
    if check is not None and not is_open:
        check(args, kwargs, line_of(interpreter.world.line))
    if is_operator(interpreter, value):
        return call_operator(interpreter, value, args, kwargs, is_open=is_open)
    return world_of(interpreter).call(interpreter, value, args, kwargs, is_open=is_open)


@lru_cache(maxsize=4096)
def _ways(path: str, canonical: str) -> tuple[Call | None, Call | None, Call | None]:
    """Returns how a name is called by its role, and what its arguments are checked by."""
    role = role_of(canonical)
    check = CONSTRUCTION_CHECKS.get(path.rpartition(".")[2]) if path.startswith("airflow.") else None
    return _OPEN_ROLE_CALLS.get(role), _ROLE_CALLS.get(role), check
