"""What a ``for`` or a star gets from a value."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.objects import (
    GroupValue,
    MappedArgumentValue,
    SetupTeardownScope,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.interpreter.enumerations import distinct_members
from airflownet.judge.interpreter.limits import MAX_YIELDS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.record_classes import is_named_tuple, record_fields
from airflownet.judge.interpreter.standard_objects import object_items
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ClassValue,
    DictValue,
    EndlessValue,
    FunctionValue,
    Instance,
    ListValue,
    SetValue,
    StandardObject,
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
    if kind is FunctionValue or kind is TaskValue:
        name = "function" if kind is FunctionValue else value.operator
        raise Raised("TypeError", f"'{name}' object is not iterable", "wrong-type")
    if kind is XComArgValue:
        raise Raised("TypeError", "'XComArg' object is not iterable", "wrong-type", "XComArg")
    if kind is MappedArgumentValue:
        message = "'MappedArgument' object is not iterable"
        raise Raised("TypeError", message, "wrong-type", "MappedArgument")
    if kind is ClassValue and interpreter.is_enum(value):
        return distinct_members(value), True
    if kind is Instance:
        return _items_of_instance(interpreter, value)
    if kind is StandardObject:
        return object_items(value)
    if kind is EndlessValue:
        interpreter.unknown(f"{value.path} never ends by itself")
        return [], False
    if kind is GroupValue:
        return list(value.all_tasks()), True
    if kind is SetupTeardownScope:
        return list(value.tasks), True
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
    from airflownet.judge.interpreter.instances import special_method

    if is_named_tuple(value.cls):
        return [value.attributes.get(name, UNKNOWN) for name in record_fields(value.cls) or ()], True
    if isinstance(value.plain, str):
        return list(value.plain), True
    method = special_method(value, "__iter__")
    if isinstance(method, FunctionValue):
        found = interpreter.call(method, [value])
        return _drained(interpreter, value) if found is value else items_of(interpreter, found)
    if method is None and special_method(value, "__getitem__") is None:
        raise Raised("TypeError", f"'{value.cls.name}' object is not iterable", "wrong-type", value.cls.name)
    return [], False


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


def number_members(cls: ClassValue) -> None:
    """Gives each ``auto()`` of an enumeration its value: the last number and one more, or the name."""
    paths = [getattr(base, "path", "") for base in cls.bases]
    last = 0
    if any(path in ("enum.Flag", "enum.IntFlag") for path in paths):
        _number_flags(cls)
        return
    for name, value in cls.attributes.items():
        if isinstance(value, ApiInstance) and value.path == "enum.auto":
            is_text = "enum.StrEnum" in paths
            is_plain = any(path in ("enum.Enum", "enum.IntEnum") for path in paths)
            last += 1
            cls.attributes[name] = name.lower() if is_text else last if is_plain else UNKNOWN
        elif type(value) is int and not name.startswith("_"):
            last = max(last, value)


def _number_flags(cls: ClassValue) -> None:
    """``auto()`` of a flag is the next power of two."""
    last = 0
    for name, value in cls.attributes.items():
        if isinstance(value, ApiInstance) and value.path == "enum.auto":
            last = 1 << last.bit_length()
            cls.attributes[name] = last
        elif type(value) is int and not name.startswith("_"):
            last = max(last, value)
