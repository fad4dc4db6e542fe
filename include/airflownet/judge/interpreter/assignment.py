"""Assignment to names, attributes, items and unpacking targets."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.dispatch import set_attribute
from airflownet.judge.interpreter.iteration import unpack
from airflownet.judge.interpreter.scope import Scope
from airflownet.judge.interpreter.subscripts import set_item
from airflownet.judge.interpreter.unknown import UNKNOWN

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def assign_target(interpreter: Interpreter, target: ast.expr, value: Any, scope: Scope) -> None:
    """Assigns as ``target = value`` would.

    Raises:
        Raised: the target cannot take the value.
    """
    if type(target) is ast.Name:
        scope.assign(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        star = next((i for i, part in enumerate(target.elts) if isinstance(part, ast.Starred)), None)
        values = unpack(interpreter, value, len(target.elts), star)
        for part, item in zip(target.elts, values, strict=False):
            assign_target(interpreter, part.value if isinstance(part, ast.Starred) else part, item, scope)
    elif isinstance(target, ast.Attribute):
        set_attribute(interpreter, interpreter.evaluate(target.value, scope), target.attr, value)
    elif isinstance(target, ast.Subscript):
        container = interpreter.evaluate(target.value, scope)
        index = interpreter.evaluate(target.slice, scope)
        set_item(interpreter, container, index, value)


def forget_target(interpreter: Interpreter, target: ast.expr, scope: Scope) -> None:
    """Makes a target unknown."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            scope.assign(node.id, UNKNOWN)
