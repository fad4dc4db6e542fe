"""Builtins that make or walk iterators: ``zip``, ``map``, ``range``, ``next``, ``any`` ..."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.instances import plain_of
from airflownet.judge.interpreter.iteration import ONE_SHOT, columns_of, items_of, refuse_uniterable, stream
from airflownet.judge.interpreter.lazy import lazy, made, pull
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.stand_ins import refuse_wrong_types
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import shown_type
from airflownet.judge.interpreter.values import (
    DictValue,
    EndlessValue,
    FunctionValue,
    Instance,
    LazyValue,
    ListValue,
    SetValue,
    is_concrete,
    of_kind,
    truth,
)
from airflownet.judge.libraries.registry import models, need

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("reversed")
def _reversed(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "reversed")
    items, exact = items_of(interpreter, args[0])
    return of_kind("list_iterator", reversed(items), exact=exact)


@models("iter", takes_lazy=True)
def _iter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "iter")
    if type(args[0]) is LazyValue:
        return args[0]
    items, exact = items_of(interpreter, args[0])
    return of_kind("list_iterator", items, exact=exact)


@models("next", takes_lazy=True)
def _next(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "next")
    value = args[0]
    if type(value) is LazyValue:
        return _next_of_lazy(interpreter, value, args)
    if isinstance(value, EndlessValue) and not interpreter.maybe_depth:
        return next(value.items)
    if isinstance(value, Instance):
        return interpreter.call_method(value, "__next__", [])
    if is_concrete(value) or isinstance(value, (DictValue, SetValue, tuple, FunctionValue)):
        raise Raised("TypeError", f"'{shown_type(value)}' object is not an iterator", "wrong-type")
    if not isinstance(value, ListValue) or interpreter.maybe_depth:
        return UNKNOWN
    if value.kind not in ONE_SHOT:
        raise Raised("TypeError", f"'{value.kind}' object is not an iterator", "wrong-type", value.kind)
    if value:
        return list.pop(value, 0)
    if not value.exact:
        return UNKNOWN
    if len(args) > 1:
        return args[1]
    raise Raised("StopIteration", "", "bad-value", "next")


def _next_of_lazy(interpreter: Interpreter, value: LazyValue, args: list[Any]) -> Any:
    """``next`` of a generator and the like: what it makes for it, and no more."""
    if interpreter.maybe_depth:
        made(interpreter, value)
        return UNKNOWN
    was_exact = value.exact
    item = pull(interpreter, value)
    if value.exact is not was_exact or not value.exact:
        return UNKNOWN
    if item is not MISSING:
        return item
    if len(args) > 1:
        return args[1]
    raise Raised("StopIteration", "", "bad-value", "next")


@models("enumerate", takes_lazy=True)
def _enumerate(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "enumerate")
    start = args[1] if len(args) > 1 else kwargs.get("start", 0)
    if type(args[0]) is LazyValue and type(start) is int:
        return lazy(interpreter, "enumerate", lambda value: _numbered(interpreter, value, args[0], start))
    items, exact = items_of(interpreter, args[0])
    if type(start) is not int:
        return of_kind("enumerate", ((UNKNOWN, item) for item in items), exact=exact)
    return of_kind("enumerate", enumerate(items, start), exact=exact)


def _numbered(interpreter: Interpreter, value: LazyValue, source: Any, start: int) -> Iterator[Any]:
    items, is_exact = stream(interpreter, source)
    yield from enumerate(items, start)
    value.exact = value.exact and is_exact()


@models("zip", takes_lazy=True)
def _zip(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    is_strict = truth(kwargs.get("strict", False))
    if not kwargs and len(set(map(id, args))) < len(args) and not interpreter.maybe_depth:
        streams = [stream(interpreter, argument) for argument in args]  # ``zip(it, it)``: neighbours
        rows = zip(*(items for items, _ in streams), strict=False)
        return of_kind("zip", rows, exact=all(is_exact() for _, is_exact in streams))
    if not is_strict and not any(type(argument) is LazyValue for argument in args):
        columns = columns_of(interpreter, args)
        exact = all(known for _, known in columns)
        return of_kind("zip", zip(*(items for items, _ in columns), strict=False), exact=exact)
    for argument in args:
        refuse_uniterable(argument)
    return lazy(interpreter, "zip", lambda value: _zipped(interpreter, value, args, is_strict))


def _zipped(
    interpreter: Interpreter, value: LazyValue, args: list[Any], is_strict: bool | None
) -> Iterator[Any]:
    """The rows, then what a strict ``zip`` says of columns of different lengths."""
    columns = columns_of(interpreter, args)
    exact = all(known for _, known in columns)
    yield from zip(*(items for items, _ in columns), strict=False)
    value.exact = value.exact and exact
    lengths = [len(items) for items, _ in columns]
    if not exact or not is_strict or len(set(lengths)) < 2:
        return
    place = next(index for index, length in enumerate(lengths) if length != lengths[0])
    word = "shorter" if lengths[place] < lengths[0] else "longer"
    before = "argument 1" if place == 1 else f"arguments 1-{place}"
    message = f"zip() argument {place + 1} is {word} than {before}"
    raise Raised("ValueError", message, "bad-value", "zip")


@models("map", takes_lazy=True)
def _map(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "map", 2)
    for argument in args[1:]:
        refuse_uniterable(argument)
    if any(type(argument) is EndlessValue for argument in args[1:]):
        columns = columns_of(interpreter, args[1:])
        exact = all(known for _, known in columns)
        rows = zip(*(items for items, _ in columns), strict=False)
        return of_kind("map", [interpreter.call(args[0], list(row)) for row in rows], exact=exact)
    return lazy(interpreter, "map", lambda value: _mapped(interpreter, value, args))


def _mapped(interpreter: Interpreter, value: LazyValue, args: list[Any]) -> Iterator[Any]:
    columns = [stream(interpreter, argument) for argument in args[1:]]
    for row in zip(*(items for items, _ in columns), strict=False):
        yield interpreter.call(args[0], list(row))
    value.exact = value.exact and all(is_exact() for _, is_exact in columns)


@models("filter", takes_lazy=True)
def _filter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "filter", 2)
    refuse_uniterable(args[1])
    return lazy(interpreter, "filter", lambda value: _filtered(interpreter, value, args[0], args[1]))


def _filtered(interpreter: Interpreter, value: LazyValue, function: Any, source: Any) -> Iterator[Any]:
    items, is_exact = stream(interpreter, source)
    for item in items:
        known = truth(item if function is None else interpreter.call(function, [item]))
        if known is None:
            value.exact = False
        if known is not False:
            yield item
    value.exact = value.exact and is_exact()


_LONGEST_RANGE = 2**60
"""Python cannot tell the length of a longer one."""


@models("range")
def _range(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    args = [plain_of(argument) for argument in args]
    if any(argument is UNKNOWN or not is_concrete(argument) for argument in args):
        refuse_wrong_types(range, args)
        return UNKNOWN
    try:
        found = range(*args)
        return found if max(map(abs, args)) < _LONGEST_RANGE else UNKNOWN
    except (TypeError, ValueError, OverflowError) as error:
        raise Raised(type(error).__name__, str(error), "wrong-type") from None


@models("any", takes_lazy=True)
def _any(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return _first_that_is(interpreter, args, True)


@models("all", takes_lazy=True)
def _all(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return _first_that_is(interpreter, args, False)


def _first_that_is(interpreter: Interpreter, args: list[Any], decisive: bool) -> Any:
    """Whether one of the items is so: those after it are not asked for."""
    items, is_exact = stream(interpreter, args[0]) if args else (iter(()), lambda: False)
    is_known = True
    for item in items:
        known = truth(item)
        if known is decisive:
            return decisive if is_known and (type(args[0]) is not LazyValue or args[0].exact) else UNKNOWN
        is_known = is_known and known is not None
    return not decisive if is_known and is_exact() else UNKNOWN
