"""What a ``for`` or a star gets from a value."""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.enumerations import distinct_members
from airflownet.judge.interpreter.classes.instances import has_keywords, special_method
from airflownet.judge.interpreter.classes.lookup import is_enum, mro
from airflownet.judge.interpreter.classes.records import is_named_tuple, record_fields
from airflownet.judge.interpreter.kinds import ITEMS, NOT_ITERATED, type_name
from airflownet.judge.interpreter.lazy import all_items, pull
from airflownet.judge.interpreter.limits import MAX_YIELDS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ClassValue,
    DictValue,
    EndlessValue,
    FunctionValue,
    Instance,
    LazyValue,
    ListValue,
    SetValue,
    is_concrete,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


ONE_SHOT = frozenset({"generator", "map", "filter", "zip", "enumerate", "list_iterator"})
"""Kinds of ``ListValue`` that are empty once they were walked through."""


def items_of(interpreter: Interpreter, value: Any) -> tuple[list[Any], bool]:
    """Returns the items and whether they are all there are; an unknown iterable gives ``([], False)``.

    Raises:
        Raised: TypeError for what cannot be iterated.
        Exhausted: more items than the limit.
    """
    kind = type(value)
    if kind in (ListValue, DictValue, SetValue, tuple, range, str, bytes):
        interpreter.charge(len(value))
    if kind is ListValue and value.kind in ONE_SHOT and not interpreter.maybe_depth:
        items = list(value)
        list.clear(value)
        return items, value.exact
    if kind in (ListValue, DictValue, SetValue):
        return list(value), value.exact
    if kind is tuple:
        return list(value), True
    if kind is range or kind is str or kind is bytes:
        return list(value), True
    if is_concrete(value):
        raise Raised("TypeError", f"'{type(value).__name__}' object is not iterable", "wrong-type")
    if kind in NOT_ITERATED:
        raise Raised("TypeError", f"'{type_name(value)}' object is not iterable", "wrong-type")
    if kind is LazyValue:
        return all_items(interpreter, value)
    slot = ITEMS.get(kind)
    return ([], False) if slot is None else slot(interpreter, value)


def stream(interpreter: Interpreter, value: Any) -> tuple[Iterator[Any], Callable[[], bool]]:
    """Returns the items, made as they are taken, and what tells at the end whether they are all."""
    if interpreter.maybe_depth:
        items, exact = items_of(interpreter, value)
        return iter(items), lambda: exact
    if type(value) is ListValue and (value.kind == "list" or getattr(value, "owner", None) is not None):
        watched = value if value.kind == "list" else value.owner
        interpreter.charge(len(value))
        return _live(value, watched), lambda: bool(value.exact and watched.exact)
    if type(value) in (DictValue, SetValue) and getattr(value, "cls", None) is None:
        interpreter.charge(len(value))
        return _live(list(value), value), lambda: bool(value.exact)
    if type(value) is ListValue and value.kind in ONE_SHOT and len(value) <= _MOST_ONE_BY_ONE:
        interpreter.charge(len(value))
        return _taken_one_by_one(value), lambda: bool(value.exact)
    if type(value) is not LazyValue:
        items, exact = items_of(interpreter, value)
        return iter(items), lambda: exact
    return iter(lambda: pull(interpreter, value), MISSING), lambda: value.exact


_MOST_ONE_BY_ONE = 2_000
"""Items of an iterator that are taken one by one: each costs as much as there are."""


def _taken_one_by_one(value: ListValue) -> Iterator[Any]:
    """The items of an iterator, from which the loop may take some by itself."""
    while value:
        yield list.pop(value, 0)


def _live(items: list[Any], watched: Any) -> Iterator[Any]:
    """The items while the loop changes what they come from: a list is walked as it is, a dict refuses."""
    size = len(watched)
    position = 0
    while position < len(items):
        yield items[position]
        position += 1
        if items is not watched and len(watched) != size and watched.exact:
            name = "Set" if type(watched) is SetValue else "dictionary"
            raise Raised("RuntimeError", f"{name} changed size during iteration", "raises", name)


def refuse_uniterable(value: Any) -> None:
    """Raises TypeError for what ``iter`` certainly refuses."""
    kind = type(value)
    if (is_concrete(value) and kind not in (str, bytes)) or kind in NOT_ITERATED:
        raise Raised("TypeError", f"'{type_name(value)}' object is not iterable", "wrong-type")


def _items_of_class(interpreter: Interpreter, value: ClassValue) -> tuple[list[Any], bool]:
    if is_enum(value):
        return distinct_members(value), True
    parts = mro(value)
    is_plain = all(isinstance(part, ClassValue) or getattr(part, "path", "") == "object" for part in parts)
    own = [part for part in parts if isinstance(part, ClassValue)]
    if is_plain and not any(has_keywords(part) or part.node.decorator_list for part in own):
        raise Raised("TypeError", "'type' object is not iterable", "wrong-type", value.name)
    return [], False


def _items_without_end(interpreter: Interpreter, value: EndlessValue) -> tuple[list[Any], bool]:
    interpreter.unknown(f"{value.path} never ends by itself")
    return [], False


def columns_of(interpreter: Interpreter, values: list[Any]) -> list[tuple[list[Any], bool]]:
    """Returns the items of each value; an endless iterator gives as many as the shortest other value has."""
    ended = [None if type(value) is EndlessValue else items_of(interpreter, value) for value in values]
    lengths = [len(column[0]) for column in ended if column is not None]
    shortest = min(lengths, default=0)
    return [
        (list(islice(value.items, shortest)), bool(lengths)) if column is None else column
        for value, column in zip(values, ended, strict=True)
    ]


def _items_of_instance(interpreter: Interpreter, value: Instance) -> tuple[list[Any], bool]:
    """A named tuple's fields, a text's characters, or what the file's own ``__iter__`` gives."""
    if is_named_tuple(value.cls):
        return [value.attributes.get(name, UNKNOWN) for name in record_fields(value.cls) or ()], True
    if isinstance(value.plain, str):
        return list(value.plain), True
    method = special_method(value, "__iter__")
    if isinstance(method, FunctionValue):
        found = interpreter.call(method, [value])
        return _drained(interpreter, value) if found is value else items_of(interpreter, found)
    by_index = special_method(value, "__getitem__")
    if method is None and isinstance(by_index, FunctionValue):
        return _items_by_index(interpreter, value)
    if method is None and by_index is None:
        raise Raised("TypeError", f"'{value.cls.name}' object is not iterable", "wrong-type", value.cls.name)
    return [], False


def _items_by_index(interpreter: Interpreter, value: Instance) -> tuple[list[Any], bool]:
    """What ``__getitem__`` gives for 0, 1 and so on, up to an IndexError."""
    items: list[Any] = []
    if interpreter.maybe_depth:
        return items, False
    interpreter.try_depth += 1
    try:
        while len(items) < MAX_YIELDS:
            items.append(interpreter.call_method(value, "__getitem__", [len(items)]))
    except Raised as error:
        if error.exception != "IndexError":
            raise
        return items, True
    finally:
        interpreter.try_depth -= 1
    return items, False


def _drained(interpreter: Interpreter, value: Instance) -> tuple[list[Any], bool]:
    """What ``__next__`` of an iterator of the file gives until it stops."""
    items: list[Any] = []
    if interpreter.maybe_depth or not interpreter.has_method(value, "__next__"):
        return items, False
    interpreter.try_depth += 1
    try:
        while len(items) < MAX_YIELDS:
            items.append(interpreter.call_method(value, "__next__", []))
    except Raised as error:
        if error.exception != "StopIteration":
            raise
        return items, True
    finally:
        interpreter.try_depth -= 1
    return items, False


def unpack(interpreter: Interpreter, value: Any, count: int, star: int | None) -> list[Any]:
    """Returns ``count`` values for the targets of an unpacking; ``star`` is the starred target's index.

    Raises:
        Raised: ValueError when the number does not fit, TypeError when the value cannot be unpacked.
    """
    items, exact = items_of(interpreter, value)
    if not exact:
        unknown: list[Any] = [UNKNOWN] * count
        if star is not None:
            unknown[star] = ListValue(exact=False)
        return unknown
    if star is None:
        if len(items) < count:
            raise Raised(
                "ValueError", f"not enough values to unpack (expected {count}, got {len(items)})", "bad-value"
            )
        if len(items) > count:
            raise Raised("ValueError", f"too many values to unpack (expected {count})", "bad-value")
        return items
    if len(items) < count - 1:
        raise Raised(
            "ValueError",
            f"not enough values to unpack (expected at least {count - 1}, got {len(items)})",
            "bad-value",
        )
    after = count - star - 1
    end = len(items) - after
    return [*items[:star], ListValue(items[star:end]), *items[end:]]


ITEMS.update({ClassValue: _items_of_class, Instance: _items_of_instance, EndlessValue: _items_without_end})
