"""``random``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ListValue, StandardObject
from airflownet.judge.libraries.heapq import _forget
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("random.shuffle")
def _shuffle(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``random.shuffle(items)``: the same items in an order that nobody knows."""
    if args and isinstance(args[0], ListValue):
        _forget(args[0])


@models("random.choice")
def _choice(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``random.choice(items)``: one of them."""
    if args and isinstance(args[0], (ListValue, tuple)) and not args[0] and getattr(args[0], "exact", True):
        raise Raised("IndexError", "Cannot choose from an empty sequence", "bad-value", "choice")
    return UNKNOWN


@models("random.Random")
def _random(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``random.Random(seed)``: the numbers that follow a known seed are known."""
    if len(args) != 1 or kwargs or type(args[0]) not in (int, str) or len(str(args[0])) > 1_000:
        return UNKNOWN
    return StandardObject(random.Random(args[0]))  # noqa: S311 - the file's own numbers, no secret
