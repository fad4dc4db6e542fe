"""Calls of Airflow's own names and of the decorated functions they make."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflownet.judge.loader import assets, dag_objects, group_objects, taskflow
from airflownet.judge.loader.airflow_state import (
    AssetDecoratorValue,
    DagDecoratorValue,
    DagFactory,
    GroupDecoratorValue,
    GroupFactory,
    LabelValue,
    TaskDecoratorValue,
    TaskFactory,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.loader.construction_checks import CONSTRUCTION_CHECKS
from airflownet.judge.loader.dependency_functions import chain, chain_linear, cross_downstream
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.operators import call_operator, is_operator
from airflownet.judge.loader.roles import role_of
from airflownet.judge.loader.values import ApiInstance, ApiValue

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

Call = Callable[..., Any]


def _label(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return LabelValue(args[0] if args else kwargs.get("label"))


def _xcom_arg(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    operator = args[0] if args else kwargs.get("operator")
    key = args[1] if len(args) > 1 else kwargs.get("key", "return_value")
    return XComArgValue((operator,), key) if isinstance(operator, TaskValue) else UNKNOWN


def _is_virtualenv_installed(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Airflow 3's standard provider installs virtualenv, Airflow 2 leaves it to the user."""
    return interpreter.world.is_installed("virtualenv")


_ROLE_CALLS: dict[str, Call] = {
    "is_venv_installed": _is_virtualenv_installed,
    "Label": _label,
    "EdgeModifier": _label,
    "XComArg": _xcom_arg,
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
    path = interpreter.world.canonical(value)
    role = role_of(path)
    if role in _OPEN_ROLE_CALLS:
        return _OPEN_ROLE_CALLS[role](interpreter, value, args, kwargs, is_open=is_open)
    if role in _ROLE_CALLS:
        return _ROLE_CALLS[role](interpreter, args, kwargs)
    check = CONSTRUCTION_CHECKS.get(value.path.rpartition(".")[2])
    if check is not None and not is_open:
        check(args, kwargs)
    if is_operator(interpreter, value):
        return call_operator(interpreter, value, args, kwargs, is_open=is_open)
    return interpreter.world.call(interpreter, value, args, kwargs, is_open=is_open)


AIRFLOW_CALLS: dict[type, Call] = {
    TaskDecoratorValue: taskflow.decorate_task,
    TaskFactory: taskflow.call_task,
    AssetDecoratorValue: assets.decorate_asset,
    DagDecoratorValue: dag_objects.decorate_dag,
    DagFactory: dag_objects.call_dag,
    GroupDecoratorValue: group_objects.decorate_group,
    GroupFactory: group_objects.call_group,
}


def opaque_call(value: ApiValue, args: list[Any], kwargs: dict[str, Any]) -> ApiInstance:
    """Returns an instance known by its path and arguments alone."""
    return ApiInstance(value.path, tuple(args), kwargs, {}, value.definition)
