"""``chain``, ``chain_linear`` and ``cross_downstream``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from airflownet.judge.loader.airflow_state import LabelValue, TaskValue
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.relations import is_relatable, set_relation
from airflownet.judge.loader.values import ListValue, is_concrete

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter


def _is_sequence(value: Any) -> bool:
    return isinstance(value, (ListValue, tuple))


def chain(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``chain(a, [b, c], [d, e], f)``: neighbouring lists pair up.

    Raises:
        Raised: lists of different length, or something that cannot be chained.
    """
    for up, down in pairwise(args):
        if is_relatable(up):
            set_relation(interpreter, up, down, downstream=True)
        elif is_relatable(down):
            set_relation(interpreter, down, up, downstream=False)
        elif _is_sequence(up) and _is_sequence(down):
            _pairs(interpreter, up, down)
        elif is_concrete(up) or is_concrete(down):
            raise Raised(
                "TypeError",
                f"Chain not supported between instances of {type(up)} and {type(down)}",
                "wrong-relation",
                type(up).__name__,
            )


def _pairs(interpreter: Interpreter, up: Any, down: Any) -> None:
    if not (getattr(up, "exact", True) and getattr(down, "exact", True)):
        return
    if len(up) != len(down):
        raise Raised(
            "ValueError" if interpreter.world.line.startswith("3") else "AirflowException",
            f"Chain not supported for different length Iterable. Got {len(up)} and {len(down)}.",
            "wrong-relation",
        )
    for one, other in zip(up, down, strict=True):
        if one is not UNKNOWN:
            set_relation(interpreter, one, other, downstream=True)


def cross_downstream(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``cross_downstream([a, b], [c, d])``: every one before every other."""
    before = args[0] if args else kwargs.get("from_tasks", UNKNOWN)
    after = args[1] if len(args) > 1 else kwargs.get("to_tasks", UNKNOWN)
    if is_relatable(before):
        name = before.operator if isinstance(before, TaskValue) else type(before).__name__
        raise Raised("TypeError", f"'{name}' object is not iterable", "wrong-relation", name)
    for task in before if _is_sequence(before) else ():
        if is_relatable(task):
            set_relation(interpreter, task, after, downstream=True)


def chain_linear(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``chain_linear(a, [b, c], [d, e])``: every one of a list before every one of the next.

    Raises:
        Raised: no dependency was set, or a label was given.
    """
    for up, down in pairwise(args):
        if isinstance(down, LabelValue) or isinstance(up, LabelValue):
            raise Raised("ValueError", "Labels are not supported by chain_linear", "wrong-relation")
        for task in up if _is_sequence(up) else [up]:
            if is_relatable(task):
                set_relation(interpreter, task, down, downstream=True)
    if len(args) < 2 and UNKNOWN not in args:
        raise Raised(
            "ValueError", "No dependencies were set. Did you forget to expand with `*`?", "wrong-relation"
        )
