"""``collections``: deques, counters, chained and default dicts, named tuples."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import collections
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.classes.records import named_tuple
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    DictFlavour,
    DictValue,
    ListValue,
    NativeMethod,
    is_concrete,
    of_kind,
)
from airflownet.judge.libraries.registry import models, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_BIGGEST: Final = 10**30
"""A number beside which any other can be put, whole or not."""
Method = Callable[["Interpreter", DictValue, list[Any], dict[str, Any]], Any]


@models("collections.Counter")
def counter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``collections.Counter(items)``."""
    counts = DictValue(factory=COUNTER)
    _count(interpreter, counts, args, kwargs, sign=1)
    return counts


def _count(
    interpreter: Interpreter, counts: DictValue, args: list[Any], kwargs: dict[str, Any], *, sign: int
) -> None:
    """Adds the items of an iterable, or the numbers of a dict."""
    pairs: list[tuple[Any, Any]] = list(kwargs.items())
    if args and isinstance(args[0], DictValue):
        pairs += args[0].items()
        counts.exact = counts.exact and args[0].exact
    elif args:
        items, exact = items_of(interpreter, args[0])
        pairs += [(item, 1) for item in items]
        counts.exact = counts.exact and exact
    counts.exact = counts.exact and not interpreter.maybe_depth
    for key, number in pairs:
        old = counts.get(key, 0) if _is_countable(key) else UNKNOWN
        if (
            isinstance(old, (int, float))
            and isinstance(number, (int, float))
            and max(abs(old), abs(number)) < _BIGGEST
        ):
            counts[key] = old + sign * number
        else:
            counts.exact = False


def _is_countable(key: Any) -> bool:
    return is_concrete(key) or (type(key) is tuple and all(map(is_concrete, key)))


def _is_known(counts: DictValue) -> bool:
    return counts.exact and all(
        type(number) in (int, float, bool) and abs(number) < _BIGGEST for number in counts.values()
    )


def _update(interpreter: Interpreter, counts: DictValue, args: list[Any], kwargs: dict[str, Any]) -> None:
    _count(interpreter, counts, args, kwargs, sign=1)


def _subtract(interpreter: Interpreter, counts: DictValue, args: list[Any], kwargs: dict[str, Any]) -> None:
    _count(interpreter, counts, args, kwargs, sign=-1)


def _most_common(interpreter: Interpreter, counts: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    number = args[0] if args else kwargs.get("n")
    if not _is_known(counts) or not (number is None or type(number) is int):
        return ListValue(exact=False)
    return ListValue(collections.Counter(counts).most_common(number))


def _elements(interpreter: Interpreter, counts: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not _is_known(counts) or not all(isinstance(number, int) for number in counts.values()):
        return ListValue(exact=False)
    if sum(number for number in counts.values() if number > 0) > MAX_ITEMS:
        return ListValue(exact=False)
    return of_kind("list_iterator", collections.Counter(counts).elements(), exact=True)


def _total(interpreter: Interpreter, counts: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return sum(counts.values()) if _is_known(counts) else UNKNOWN


def _copy(interpreter: Interpreter, counts: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return DictValue(counts, exact=counts.exact, factory=COUNTER)


_METHODS: Final[dict[str, Method]] = {
    "update": _update, "subtract": _subtract, "most_common": _most_common, "elements": _elements,
    "total": _total, "copy": _copy,
}  # fmt: skip


def counter_method(counts: DictValue, name: str) -> NativeMethod | None:
    """Returns a method that a counter has beside or instead of a dict's."""
    method = _METHODS.get(name)
    if method is None:
        return None

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        interpreter.charge(len(counts))
        return method(interpreter, counts, args, kwargs)

    return NativeMethod(name, call)


_OPERATIONS: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: lambda one, other: one + other,
    ast.Sub: lambda one, other: one - other,
    ast.BitOr: lambda one, other: one | other,
    ast.BitAnd: lambda one, other: one & other,
}


def combined(kind: type[ast.operator], left: DictValue, right: DictValue) -> Any:
    """Returns ``left + right`` and the like of two counters."""
    if kind not in _OPERATIONS or not _is_known(left) or not _is_known(right):
        return UNKNOWN
    found = _OPERATIONS[kind](collections.Counter(left), collections.Counter(right))
    return DictValue(found, factory=COUNTER)


COUNTER: Final = DictFlavour(
    missing_item=lambda counts: 0 if counts.exact else UNKNOWN,
    method=counter_method,
    combined=combined,
)
"""A missing key counts nothing, and stays missing."""


@models("collections.deque")
def deque(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``collections.deque(items)``: a list that can lose its first item too."""
    items, exact = items_of(interpreter, args[0]) if args else ([], True)
    return ListValue(items, exact=exact and len(args) < 2 and not kwargs)


@models("collections.ChainMap")
def chain_map(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``collections.ChainMap(first, second)``: the first map that has a key wins."""
    found = DictValue()
    for part in reversed(args):
        if not isinstance(part, DictValue):
            return UNKNOWN
        found.update(part)
        found.exact = found.exact and part.exact
    return found


@models("collections.defaultdict")
def _default_dict(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    found = DictValue(kwargs, factory=args[0] if args else None)
    for other in args[1:]:
        if isinstance(other, DictValue):
            found.update(other)
            found.exact = found.exact and other.exact
        else:
            found.exact = False
    return found


@models("collections.OrderedDict")
def _ordered_dict(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return interpreter.call(interpreter.builtin("dict"), args, kwargs)


register_all({"collections.namedtuple": named_tuple})
