"""``@asset`` and ``@asset.multi``: a function that is a DAG of one task.

Follows ``airflow.sdk.definitions.asset.decorators``: the DAG has the asset's name, its task the function's.
"""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.loader.airflow_state import AssetDecoratorValue, DagValue
from airflownet.judge.loader.contexts import enter_context, exit_context
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.operators import build_task
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.values import ApiInstance, ApiValue, FunctionValue

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

_TASK_ONLY = frozenset({"name", "uri", "group", "extra", "watchers", "outlets", "dag_id"})


def asset_decorator(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> AssetDecoratorValue:
    """``@asset(...)`` and ``@asset.multi(...)``.

    Raises:
        Raised: no ``schedule`` is given.
    """
    interpreter.world.check_call(value, args, kwargs, is_open=is_open)
    is_multi = value.path.endswith(".multi")
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
    spec = function.node.args
    for star in (spec.vararg, spec.kwarg):
        if star is not None:
            raise Raised(
                "TypeError", f"wildcard '{star.arg}' is not supported in @asset", "wrong-type", star.arg
            )
    name = function.name if decorator.is_multi else decorator.arguments.get("name") or function.name
    dag_id = decorator.arguments.get("dag_id") or name
    arguments = {key: item for key, item in decorator.arguments.items() if key not in _TASK_ONLY}
    dag = DagValue(
        dag_id if isinstance(dag_id, str) else UNKNOWN, arguments, getattr(function.node, "lineno", 0)
    )
    interpreter.airflow.dags.append(dag)
    enter_context(interpreter, dag)
    try:
        build_task(interpreter, {"task_id": function.name}, "@asset", decorator.path.rpartition(".")[0])
    finally:
        exit_context(interpreter, dag)
    return ApiInstance("airflow.sdk.Asset", (name,), dict(decorator.arguments))
