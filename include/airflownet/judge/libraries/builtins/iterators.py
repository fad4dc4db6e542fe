"""Builtins that make or walk iterators: ``zip``, ``map``, ``range``, ``next``, ``any`` ..."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.instances import plain_of
from airflownet.judge.interpreter.iteration import ONE_SHOT, columns_of, items_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.stand_ins import refuse_wrong_types
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import shown_type
from airflownet.judge.interpreter.values import (
    DictValue,
    EndlessValue,
    FunctionValue,
    Instance,
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


@models("iter")
def _iter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "iter")
    items, exact = items_of(interpreter, args[0])
    return of_kind("list_iterator", items, exact=exact)


@models("next")
def _next(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "next")
    value = args[0]
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


@models("enumerate")
def _enumerate(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "enumerate")
    items, exact = items_of(interpreter, args[0])
    start = args[1] if len(args) > 1 else kwargs.get("start", 0)
    if type(start) is not int:
        return of_kind("enumerate", ((UNKNOWN, item) for item in items), exact=exact)
    return of_kind("enumerate", enumerate(items, start), exact=exact)


@models("zip")
def _zip(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    columns = columns_of(interpreter, args)
    exact = all(known for _, known in columns)
    lengths = {len(items) for items, _ in columns}
    if exact and len(lengths) > 1 and truth(kwargs.get("strict", False)):
        raise Raised("ValueError", "zip() arguments have different lengths", "bad-value", "zip")
    return of_kind("zip", zip(*(items for items, _ in columns), strict=False), exact=exact)


@models("map")
def _map(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "map", 2)
    columns = columns_of(interpreter, args[1:])
    exact = all(known for _, known in columns)
    rows = zip(*(items for items, _ in columns), strict=False)
    return of_kind("map", [interpreter.call(args[0], list(row)) for row in rows], exact=exact)


@models("filter")
def _filter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "filter", 2)
    items, exact = items_of(interpreter, args[1])
    result = ListValue(exact=exact)
    for item in items:
        known = truth(item if args[0] is None else interpreter.call(args[0], [item]))
        if known is None:
            result.exact = False
        if known is not False:
            result.append(item)
    return result


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


@models("any")
def _any(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    items, exact = items_of(interpreter, args[0]) if args else ([], False)
    known = [truth(item) for item in items]
    if True in known:
        return True
    return False if exact and None not in known else UNKNOWN


@models("all")
def _all(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    items, exact = items_of(interpreter, args[0]) if args else ([], False)
    known = [truth(item) for item in items]
    if False in known:
        return False
    return True if exact and None not in known else UNKNOWN
