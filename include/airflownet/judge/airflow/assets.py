"""``@asset`` and ``@asset.multi``: a function that is a DAG of one task.

Follows ``airflow.sdk.definitions.asset.decorators``: the DAG has the asset's name, its task the function's.
"""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.checks.assets import check_asset_values
from airflownet.judge.airflow.checks.dag_arguments import check_dag_values
from airflownet.judge.airflow.checks.ids import check_key
from airflownet.judge.airflow.contexts import enter_dag, exit_dag
from airflownet.judge.airflow.objects import AssetDecoratorValue, DagValue, TaskFactory
from airflownet.judge.airflow.operators import build_task
from airflownet.judge.airflow.world import state_of, world_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, FunctionValue, truth

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_TASK_ONLY = frozenset({"name", "uri", "group", "extra", "watchers", "outlets", "dag_id"})


def asset_decorator(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> AssetDecoratorValue:
    """``@asset(...)`` and ``@asset.multi(...)``.

    Raises:
        Raised: no ``schedule`` is given.
    """
    world_of(interpreter).check_call(value, args, kwargs, is_open=is_open)
    is_multi = value.path.endswith(".multi")
    if is_multi and not is_open and "outlets" not in kwargs:
        message = "asset.multi.__init__() missing 1 required keyword-only argument: 'outlets'"
        raise Raised("TypeError", message, "missing-argument", "outlets")
    return AssetDecoratorValue(dict(kwargs), value.path, is_multi)


def decorate_asset(
    interpreter: Interpreter,
    decorator: AssetDecoratorValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> Any:
    """Applies the decorator to a function: builds the DAG and its task.

    Raises:
        Raised: the function takes ``*`` or ``**``.
    """
    function = getattr(args[0], "function", args[0]) if args else UNKNOWN
    if not isinstance(function, FunctionValue):
        return UNKNOWN
    _check_function(interpreter, args[0], function)
    if decorator.is_multi and truth(decorator.arguments.get("outlets", UNKNOWN)) is False:
        raise Raised("ValueError", "no outlets provided", "bad-value", "outlets")
    name = function.name if decorator.is_multi else decorator.arguments.get("name") or function.name
    dag_id = decorator.arguments.get("dag_id") or name
    arguments = {key: item for key, item in decorator.arguments.items() if key not in _TASK_ONLY}
    dag = DagValue(
        dag_id if isinstance(dag_id, str) else UNKNOWN, arguments, getattr(function.node, "lineno", 0)
    )
    if not decorator.is_multi:
        given: dict[str, Any] = {
            key: decorator.arguments[key] for key in ("uri", "group") if key in decorator.arguments
        }
        check_asset_values("Asset", [name], given)
    if python_type(dag_id) is not None:
        check_key(dag_id, "dag_id")
    check_dag_values({**arguments, "dag_id": dag_id}, interpreter.world.line)
    state_of(interpreter).dags.append(dag)
    enter_dag(interpreter, dag)
    try:
        build_task(interpreter, {"task_id": function.name}, "@asset", decorator.path.rpartition(".")[0])
    finally:
        exit_dag(interpreter, dag)
    return ApiInstance("airflow.sdk.Asset", (name,), dict(decorator.arguments))


def _check_function(interpreter: Interpreter, decorated: Any, function: FunctionValue) -> None:
    """Raises for a function within another, and for parameters that no asset can fill."""
    if function.scope is not interpreter.module:
        raise Raised("ValueError", "nested function not supported", "wrong-type", function.name)
    if isinstance(decorated, TaskFactory):
        if "outlets" in decorated.arguments:
            message = "@task decorator with 'outlets' argument is not supported in @asset"
            raise Raised("TypeError", message, "unknown-argument", "outlets")
        return
    spec = function.node.args
    for stars, parameter in (("*", spec.vararg), ("**", spec.kwarg)):
        if parameter is not None:
            message = f"wildcard '{stars}{parameter.arg}' is not supported in @asset"
            raise Raised("TypeError", message, "wrong-type", parameter.arg)
    n_free = len(spec.posonlyargs) + len(spec.args) - len(function.defaults)
    for parameter in spec.posonlyargs[:n_free]:
        message = f"positional-only argument '{parameter.arg}' without a default is not supported in @asset"
        raise Raised("TypeError", message, "wrong-type", parameter.arg)
