"""Builtins that make containers, measure and order them: ``list``, ``dict``, ``sorted``, ``len`` ..."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.enumerations import distinct_members
from airflownet.judge.interpreter.classes.instances import length_of_instance
from airflownet.judge.interpreter.classes.lookup import class_of, is_enum, method_of
from airflownet.judge.interpreter.comparisons import compare, distinct
from airflownet.judge.interpreter.conversion import to_python
from airflownet.judge.interpreter.iteration import ONE_SHOT, items_of
from airflownet.judge.interpreter.kinds import NO_LENGTH, type_name
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.stand_ins import refuse_wrong_types
from airflownet.judge.interpreter.standard_objects import asked, mapping_of
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ClassValue,
    DictValue,
    Instance,
    ListValue,
    SetValue,
    StandardObject,
    is_concrete,
    is_exact,
    is_key,
    truth,
)
from airflownet.judge.libraries.registry import models, need

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("list")
def _list(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        return ListValue()
    items, exact = items_of(interpreter, args[0])
    return ListValue(items, exact=exact)


@models("tuple")
def _tuple(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        return ()
    items, exact = items_of(interpreter, args[0])
    return tuple(items) if exact else UNKNOWN


@models("set")
def _set(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    items, exact = items_of(interpreter, args[0]) if args else ([], True)
    hashable = [
        item
        for item in items
        if item is not UNKNOWN and is_key(item) and not isinstance(item, (ListValue, DictValue, SetValue))
    ]
    kept, is_known = distinct(interpreter, hashable)
    return SetValue(kept, exact=exact and is_known and len(hashable) == len(items))


@models("frozenset")
def _frozen_set(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    found = _set(interpreter, args, kwargs)
    found.is_frozen = True
    return found


@models("dict")
def _dict(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    result = DictValue()
    if args:
        if isinstance(args[0], DictValue):
            result.update(args[0])
            result.exact = args[0].exact
        elif (mapped := mapping_of(interpreter, args[0])) is not None:
            result = mapped
        else:
            items, result.exact = items_of(interpreter, args[0])
            for item in items:
                if isinstance(item, (tuple, ListValue)) and len(item) == 2 and is_concrete(item[0]):
                    result[item[0]] = item[1]
                else:
                    result.exact = False
    result.update(kwargs)
    return result


@models("sorted")
def _sorted(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "sorted")
    items, exact = items_of(interpreter, args[0])
    reverse = truth(kwargs.get("reverse", False))
    keys = items
    if kwargs.get("key") is not None:
        keys = [interpreter.call(kwargs["key"], [item]) for item in items]
    if exact and reverse is not None and all(is_exact(key) for key in keys):
        try:
            order = sorted(range(len(items)), key=lambda i: to_python(keys[i]), reverse=bool(reverse))
        except TypeError as error:
            raise Raised("TypeError", str(error), "wrong-type") from None
        except (ArithmeticError, RecursionError):
            return UNKNOWN
        return ListValue(items[i] for i in order)
    if exact and reverse is not None and any(isinstance(key, Instance) for key in keys):
        return _sorted_instances(interpreter, items, keys, reverse=reverse)
    if exact:
        refuse_wrong_types(sorted, [ListValue(keys)])
    return ListValue(items, exact=False)


def _sorted_instances(
    interpreter: Interpreter, items: list[Any], keys: list[Any], *, reverse: bool
) -> ListValue:
    """Sorts by the file's own ``__lt__``; inexact when an answer is not known."""
    is_known = True

    def order(one: int, other: int) -> int:
        nonlocal is_known
        interpreter.charge(8)
        known = truth(compare(interpreter, ast.Lt(), keys[one], keys[other]))
        is_known = is_known and known is not None
        return -1 if known else 0 if known is None else 1

    found = sorted(range(len(items)), key=cmp_to_key(order), reverse=reverse)
    return ListValue((items[index] for index in found), exact=is_known)


@models("len")
def _len(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "len")
    value = args[0]
    if isinstance(value, ClassValue) and is_enum(value):
        return len(distinct_members(value))
    if isinstance(value, Instance):
        return length_of_instance(interpreter, value)
    if (own := method_of(value, "__len__")) is not None:
        return interpreter.call(own, [value])
    if isinstance(value, ListValue) and value.kind in ONE_SHOT:
        raise Raised("TypeError", f"object of type '{value.kind}' has no len()", "wrong-type", value.kind)
    if isinstance(value, (ListValue, DictValue, SetValue)):
        return len(value) if value.exact else UNKNOWN
    if isinstance(value, (str, bytes, tuple, range)):
        return len(value)
    if isinstance(value, StandardObject):
        return asked(lambda: len(value.object)) if value.exact else UNKNOWN
    if is_concrete(value) or (type(value) in NO_LENGTH and not isinstance(class_of(value), ClassValue)):
        raise Raised("TypeError", f"object of type '{type_name(value)}' has no len()", "wrong-type")
    return UNKNOWN
