"""Operators, conditions and f-strings over known values."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from airflownet.judge.catalogue.builder.scope import Evaluate, Scope
from airflownet.judge.catalogue.builder.values import InstanceRef, ModuleRef, SymbolRef, UnresolvedError

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


def compare(node: ast.Compare, scope: Scope, evaluate: Evaluate) -> Any:
    """Returns the value of a chain of comparisons."""
    left = evaluate(node.left, scope)
    for symbol, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluate(right_node, scope)
        opaque = (ModuleRef, SymbolRef, InstanceRef)
        if isinstance(left, opaque) or isinstance(right, opaque):
            raise UnresolvedError
        if not COMPARISONS[type(symbol)](left, right):
            return False
        left = right
    return True


def truth(value: Any) -> bool:
    """Returns the truth value; an instance or symbol has none that the text tells."""
    if isinstance(value, InstanceRef | SymbolRef):
        raise UnresolvedError
    return bool(value)


def boolop(node: ast.BoolOp, scope: Scope, evaluate: Evaluate) -> Any:
    """Returns the value of ``and`` and ``or``; one operand can decide when another is unknown."""
    stop_at = isinstance(node.op, ast.Or)
    value: Any = None
    unresolved = False
    for operand in node.values:
        try:
            value = evaluate(operand, scope)
            if truth(value) is stop_at:
                return value
        except UnresolvedError:
            unresolved = True
    if unresolved:
        raise UnresolvedError
    return value


def unary(node: ast.UnaryOp, scope: Scope, evaluate: Evaluate) -> Any:
    """Returns the value of ``not x`` and ``-x``."""
    value = evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return not truth(value)
    if isinstance(node.op, ast.USub) and isinstance(value, int | float):
        return -value
    raise UnresolvedError


def binary(node: ast.BinOp, scope: Scope, evaluate: Evaluate) -> Any:
    """Returns the value of ``+``, ``|`` and integer arithmetic."""
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    if (
        isinstance(node.op, ast.Add)
        and type(left) is type(right)
        and isinstance(left, str | tuple | list | int)
    ):
        return left + right
    if isinstance(node.op, ast.BitOr) and type(left) is type(right) and isinstance(left, dict | set):
        return left | right
    if isinstance(node.op, ast.Mult | ast.Sub | ast.FloorDiv) and type(left) is type(right) is int:
        return {ast.Mult: operator.mul, ast.Sub: operator.sub, ast.FloorDiv: operator.floordiv}[
            type(node.op)
        ](left, right)
    raise UnresolvedError


def joined(node: ast.JoinedStr, scope: Scope, evaluate: Evaluate) -> Any:
    """Returns the text of an f-string."""
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = evaluate(part.value, scope)
            if isinstance(value, ModuleRef | SymbolRef | InstanceRef):
                raise UnresolvedError
            parts.append(repr(value) if part.conversion == ord("r") else str(value))
        else:
            parts.append(str(evaluate(part, scope)))
    return "".join(parts)


def ifexp(node: ast.IfExp, scope: Scope, evaluate: Evaluate) -> Any:
    """Returns the value of ``a if test else b``."""
    return evaluate(node.body if truth(evaluate(node.test, scope)) else node.orelse, scope)
