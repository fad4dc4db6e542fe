"""``math`` and ``fractions``: what grows fast, for small numbers only."""

# ruff: noqa: ARG001 - models of one table share one signature
from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.conversion import from_python_error, from_result
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import is_concrete
from airflownet.judge.libraries.registry import Model, models, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_MOST_NUMBER: Final = 200


def _small_numbers(function: Any) -> Model:
    """``math.comb`` and the like: for small numbers only."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        items, exact = items_of(interpreter, args[0]) if function is math.prod and args else (args, True)
        if not exact or kwargs or not items or len(items) > _MOST_NUMBER:
            return UNKNOWN
        if not all(type(item) in (int, float) and abs(item) <= _MOST_NUMBER for item in items):
            return UNKNOWN
        try:
            return from_result(function(items) if function is math.prod else function(*items))
        except (TypeError, ValueError, OverflowError) as error:
            raise from_python_error(error) from None

    return call


register_all(
    {
        f"math.{function.__name__}": _small_numbers(function)
        for function in (math.prod, math.comb, math.perm, math.factorial)
    }
)


@models("fractions.Fraction")
def _fraction(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``fractions.Fraction(3, 4)``: an exponent in a text could make it as long as one likes."""
    if kwargs or not all(map(is_concrete, args)) or any(len(str(item)) > 30 for item in args):
        return UNKNOWN
    if any(isinstance(item, str) and "e" in item.lower() for item in args):
        return UNKNOWN
    try:
        return from_result(Fraction(*args))
    except Exception as error:
        raise from_python_error(error) from None
