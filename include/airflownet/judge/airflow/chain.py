"""``chain``, ``chain_linear`` and ``cross_downstream``."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.objects import LabelValue, TaskValue
from airflownet.judge.airflow.relations import is_relatable, set_relation
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type, shown_type
from airflownet.judge.interpreter.values import ListValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def _is_sequence(value: Any) -> bool:
    return isinstance(value, (ListValue, tuple))


def chain(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``chain(a, [b, c], [d, e], f)``: neighbouring lists pair up.

    Raises:
        Raised: lists of different length, or something that cannot be chained.
    """
    _refuse_keywords("chain", kwargs)
    for up, down in pairwise(args):
        if is_relatable(up):
            set_relation(interpreter, up, down, downstream=True)
        elif is_relatable(down):
            set_relation(interpreter, down, up, downstream=False)
        elif _is_sequence(up) and _is_sequence(down):
            _pairs(interpreter, up, down)
        elif python_type(up) is not None and python_type(down) is not None:
            raise Raised(
                "TypeError",
                f"Chain not supported between instances of {_type_of(up)} and {_type_of(down)}",
                "wrong-relation",
                shown_type(up),
            )


def _refuse_keywords(name: str, kwargs: dict[str, Any], known: tuple[str, ...] = ()) -> None:
    wrong = [key for key in kwargs if key not in known]
    if wrong:
        message = f"{name}() got an unexpected keyword argument '{wrong[0]}'"
        raise Raised("TypeError", message, "unknown-argument", wrong[0])


def _type_of(value: Any) -> str:
    kind = value.kind if isinstance(value, ListValue) else shown_type(value)
    return f"<class '{kind}'>"


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
            _refuse_plain(one)
            set_relation(interpreter, one, other, downstream=True)


def _refuse_plain(task: Any) -> None:
    """Raises where ``set_downstream`` is asked of what has none."""
    kind = None if is_relatable(task) else python_type(task)
    if kind is not None:
        name = kind.__name__
        raise Raised(
            "AttributeError", f"'{name}' object has no attribute 'set_downstream'", "wrong-relation", name
        )


def cross_downstream(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``cross_downstream([a, b], [c, d])``: every one before every other."""
    _refuse_keywords("cross_downstream", kwargs, ("from_tasks", "to_tasks"))
    if len(args) > 2:
        message = f"cross_downstream() takes 2 positional arguments but {len(args)} were given"
        raise Raised("TypeError", message, "too-many-arguments", "cross_downstream")
    before = args[0] if args else kwargs.get("from_tasks", UNKNOWN)
    after = args[1] if len(args) > 1 else kwargs.get("to_tasks", UNKNOWN)
    if is_relatable(before):
        name = before.operator if isinstance(before, TaskValue) else type(before).__name__
        raise Raised("TypeError", f"'{name}' object is not iterable", "wrong-relation", name)
    for task in before if _is_sequence(before) or isinstance(before, str) else ():
        _refuse_plain(task)
        if is_relatable(task):
            set_relation(interpreter, task, after, downstream=True)


def chain_linear(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``chain_linear(a, [b, c], [d, e])``: every one of a list before every one of the next.

    Raises:
        Raised: no dependency was set, or a label was given.
    """
    _refuse_keywords("chain_linear", kwargs)
    if not args:
        raise Raised("ValueError", "No tasks provided; nothing to do.", "missing-argument", "chain_linear")
    n_related = 0
    for up, down in pairwise(args):
        if isinstance(down, LabelValue) or isinstance(up, LabelValue):
            raise Raised("ValueError", "Labels are not supported by chain_linear", "wrong-relation")
        for task in up if _is_sequence(up) else [up]:
            n_related += 1
            if is_relatable(task):
                set_relation(interpreter, task, down, downstream=True)
    are_known = all(item is not UNKNOWN and getattr(item, "exact", True) for item in args)
    if not n_related and are_known:
        raise Raised(
            "ValueError", "No dependencies were set. Did you forget to expand with `*`?", "wrong-relation"
        )
