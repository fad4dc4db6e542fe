"""``a += b`` and ``operator.iadd(a, b)``: a list grows where it is, all else is computed anew."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.operations import binary
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ListValue, is_concrete

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def in_place(interpreter: Interpreter, operator: ast.operator, old: Any, value: Any) -> Any:
    """Returns the result, which for a list is the list itself."""
    if isinstance(old, ListValue) and isinstance(operator, ast.Add):
        items, exact = items_of(interpreter, value)
        old.extend(items)
        old.exact = old.exact and exact and not interpreter.maybe_depth
        return old
    result = binary(interpreter, operator, old, value)
    return UNKNOWN if interpreter.maybe_depth and is_concrete(result) else result
