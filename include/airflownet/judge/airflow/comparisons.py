"""``<``, ``>``, ``==`` and the other operators on tasks, outputs and assets."""

from __future__ import annotations

import ast
from typing import Any, Final

from airflownet.judge.airflow.checks.assets import check_asset_operation, is_asset
from airflownet.judge.airflow.objects import (
    GroupValue,
    MappedArgumentValue,
    TaskFactory,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.interpreter.comparisons import ORDER_SYMBOLS
from airflownet.judge.interpreter.kinds import type_name
from airflownet.judge.interpreter.operations import SYMBOLS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.values import ApiInstance, ListValue, is_concrete

NEVER_ORDERED: Final = (TaskValue, GroupValue, XComArgValue, MappedArgumentValue, TaskFactory)


def check_order(operation: ast.cmpop, left: Any, right: Any) -> None:
    """``task > task`` is a slip of ``>>``; tasks, groups and outputs have no order.

    A task's own ``<`` and ``>`` add inlets and outlets, which are assets, one or several.
    """
    both = (*NEVER_ORDERED, ListValue, tuple)
    if not all(isinstance(side, both) or is_concrete(side) for side in (left, right)):
        return
    task, other = (left, right) if isinstance(left, TaskValue) else (right, left)
    adds_outlets = isinstance(operation, ast.Gt) is (task is left)
    if isinstance(task, TaskValue) and isinstance(operation, (ast.Lt, ast.Gt)) and not task.is_mapped:
        for item in other if isinstance(other, (ListValue, tuple)) else [other]:
            if is_concrete(item) or isinstance(item, TaskValue):
                is_task = isinstance(item, TaskValue)
                shown_item = f"<Task({item.operator}): {item.task_id}>" if is_task else str(item)[:60]
                message = f"{shown_item} cannot be an inlet"
                if adds_outlets:
                    message = f"Left hand side ({shown_item}) is not an outlet"
                raise Raised("TypeError", message, "wrong-relation", shown_item)
        return
    if isinstance(left, NEVER_ORDERED) or isinstance(right, NEVER_ORDERED):
        raise Raised(
            "TypeError",
            f"'{ORDER_SYMBOLS[type(operation)]}' not supported between instances of "
            f"'{type_name(left)}' and '{type_name(right)}'",
            "wrong-relation",
        )


def same_output(left: XComArgValue, right: Any) -> bool:
    """Returns ``output == other``."""
    return isinstance(right, XComArgValue) and right.tasks == left.tasks and right.key == left.key


def asset_operation(kind: type[ast.operator], left: Any, right: Any) -> Any:
    """``asset | asset`` and ``asset & asset``; MISSING where neither side is of Airflow."""
    if is_asset(left) or is_asset(right):
        check_asset_operation(SYMBOLS[kind], left, right)
    if isinstance(left, ApiInstance) and isinstance(right, ApiInstance) and kind in (ast.BitOr, ast.BitAnd):
        name = "AssetAny" if kind is ast.BitOr else "AssetAll"
        return ApiInstance(f"airflow.sdk.{name}", (left, right))
    return MISSING
