"""Python's builtin functions on abstract values."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cmp_to_key
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from airflownet.judge.loader import type_tests
from airflownet.judge.loader.airflow_state import TaskValue, XComArgValue
from airflownet.judge.loader.enumerations import distinct_members
from airflownet.judge.loader.instances import length_of_instance, text_of
from airflownet.judge.loader.iteration import ONE_SHOT, columns_of, items_of
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.subscripts import set_item
from airflownet.judge.loader.text import formatted, to_python
from airflownet.judge.loader.value_types import shown_type
from airflownet.judge.loader.values import (
    ClassValue,
    DictValue,
    EndlessValue,
    FunctionValue,
    GlobalsValue,
    Instance,
    ListValue,
    SetValue,
    SuperValue,
    is_concrete,
    is_exact,
    is_key,
    of_kind,
    truth,
)

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

Call = Callable[["Interpreter", list[Any], dict[str, Any]], Any]
BUILTIN_CALLS: dict[str, Call] = {}


def _builtin(*names: str) -> Callable[[Call], Call]:
    def register(call: Call) -> Call:
        for name in names:
            BUILTIN_CALLS[name] = call
        return call

    return register


def _need(args: list[Any], name: str, minimum: int = 1) -> None:
    if len(args) < minimum:
        raise Raised(
            "TypeError",
            f"{name} expected at least {minimum} argument, got {len(args)}",
            "missing-argument",
            name,
        )


@_builtin("list")
def _list(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        return ListValue()
    items, exact = items_of(interpreter, args[0])
    return ListValue(items, exact=exact)


@_builtin("tuple")
def _tuple(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        return ()
    items, exact = items_of(interpreter, args[0])
    return tuple(items) if exact else UNKNOWN


@_builtin("set", "frozenset")
def _set(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    items, exact = items_of(interpreter, args[0]) if args else ([], True)
    hashable = [
        item
        for item in items
        if item is not UNKNOWN and is_key(item) and not isinstance(item, (ListValue, DictValue, SetValue))
    ]
    return SetValue(hashable, exact=exact and len(hashable) == len(items))


@_builtin("dict")
def _dict(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    result = DictValue()
    if args:
        if isinstance(args[0], DictValue):
            result.update(args[0])
            result.exact = args[0].exact
        else:
            items, result.exact = items_of(interpreter, args[0])
            for item in items:
                if isinstance(item, (tuple, ListValue)) and len(item) == 2 and is_concrete(item[0]):
                    result[item[0]] = item[1]
                else:
                    result.exact = False
    result.update(kwargs)
    return result


@_builtin("sorted")
def _sorted(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "sorted")
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
        return ListValue(items[i] for i in order)
    if exact and reverse is not None and any(isinstance(key, Instance) for key in keys):
        return _sorted_instances(interpreter, items, keys, reverse=reverse)
    return ListValue(items, exact=False)


def _sorted_instances(
    interpreter: Interpreter, items: list[Any], keys: list[Any], *, reverse: bool
) -> ListValue:
    """Sorts by the file's own ``__lt__``; inexact when an answer is not known."""
    from airflownet.judge.loader.operations import compare

    is_known = True

    def order(one: int, other: int) -> int:
        nonlocal is_known
        interpreter.charge(8)
        known = truth(compare(interpreter, ast.Lt(), keys[one], keys[other]))
        is_known = is_known and known is not None
        return -1 if known else 0 if known is None else 1

    found = sorted(range(len(items)), key=cmp_to_key(order), reverse=reverse)
    return ListValue((items[index] for index in found), exact=is_known)


@_builtin("reversed")
def _reversed(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "reversed")
    items, exact = items_of(interpreter, args[0])
    return of_kind("list_iterator", reversed(items), exact=exact)


@_builtin("iter")
def _iter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "iter")
    items, exact = items_of(interpreter, args[0])
    return of_kind("list_iterator", items, exact=exact)


@_builtin("next")
def _next(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "next")
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


@_builtin("enumerate")
def _enumerate(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "enumerate")
    items, exact = items_of(interpreter, args[0])
    start = args[1] if len(args) > 1 else kwargs.get("start", 0)
    if type(start) is not int:
        return of_kind("enumerate", ((UNKNOWN, item) for item in items), exact=exact)
    return of_kind("enumerate", enumerate(items, start), exact=exact)


@_builtin("zip")
def _zip(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    columns = columns_of(interpreter, args)
    exact = all(known for _, known in columns)
    lengths = {len(items) for items, _ in columns}
    if exact and len(lengths) > 1 and truth(kwargs.get("strict", False)):
        raise Raised("ValueError", "zip() arguments have different lengths", "bad-value", "zip")
    return of_kind("zip", zip(*(items for items, _ in columns), strict=False), exact=exact)


@_builtin("map")
def _map(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "map", 2)
    columns = columns_of(interpreter, args[1:])
    exact = all(known for _, known in columns)
    rows = zip(*(items for items, _ in columns), strict=False)
    return of_kind("map", [interpreter.call(args[0], list(row)) for row in rows], exact=exact)


@_builtin("filter")
def _filter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "filter", 2)
    items, exact = items_of(interpreter, args[1])
    result = ListValue(exact=exact)
    for item in items:
        known = truth(item if args[0] is None else interpreter.call(args[0], [item]))
        if known is None:
            result.exact = False
        if known is not False:
            result.append(item)
    return result


@_builtin("range")
def _range(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if any(argument is UNKNOWN or not is_concrete(argument) for argument in args):
        return UNKNOWN
    try:
        return range(*args)
    except (TypeError, ValueError, OverflowError) as error:
        raise Raised(type(error).__name__, str(error), "wrong-type") from None


@_builtin("len")
def _len(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "len")
    value = args[0]
    if isinstance(value, ClassValue) and interpreter.is_enum(value):
        return len(distinct_members(value))
    if isinstance(value, Instance):
        return length_of_instance(interpreter, value)
    if isinstance(value, ListValue) and value.kind in ONE_SHOT:
        raise Raised("TypeError", f"object of type '{value.kind}' has no len()", "wrong-type", value.kind)
    if isinstance(value, (ListValue, DictValue, SetValue)):
        return len(value) if value.exact else UNKNOWN
    if isinstance(value, (str, bytes, tuple, range)):
        return len(value)
    names: dict[type, str] = {FunctionValue: "function", XComArgValue: "PlainXComArg"}
    if is_concrete(value) or type(value) in names:
        name = names.get(type(value), type(value).__name__)
        raise Raised("TypeError", f"object of type '{name}' has no len()", "wrong-type")
    return UNKNOWN


_MOST_DIGITS = 400
"""More digits than a float has."""


def _plain(function: Any) -> Call:
    """A builtin that is safe to call on plain values of bounded size."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if not all(map(is_exact, args)) or not all(map(is_exact, kwargs.values())):
            return UNKNOWN
        if any(isinstance(argument, str) and len(argument) > 5_000 for argument in args):
            return UNKNOWN
        try:
            result = function(*map(to_python, args), **{k: to_python(v) for k, v in kwargs.items()})
        except Exception as error:
            name = type(error).__name__
            raise Raised(name, str(error), "wrong-type" if name == "TypeError" else "bad-value") from None
        return result if is_concrete(result) else UNKNOWN

    return call


for _function in (int, float, abs, sum, ord, chr, ascii, hex, oct, bin, divmod):
    BUILTIN_CALLS[_function.__name__] = _plain(_function)


@_builtin("round")
def _round(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Python computes ten to the power of a negative number of digits, however large."""
    digits = args[1] if len(args) > 1 else kwargs.get("ndigits")
    if isinstance(digits, int) and abs(digits) > _MOST_DIGITS:
        return UNKNOWN
    return _plain(round)(interpreter, args, kwargs)


@_builtin("pow")
def _pow(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """As the operator, whose result is kept small; with a remainder for small numbers only."""
    from airflownet.judge.loader.operations import binary

    if len(args) == 2 and not kwargs:
        return binary(interpreter, ast.Pow(), args[0], args[1])
    is_small = all(isinstance(argument, int) and argument.bit_length() <= _MOST_DIGITS for argument in args)
    return _plain(pow)(interpreter, args, kwargs) if len(args) == 3 and is_small else UNKNOWN


@_builtin("bool")
def _bool(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    known = truth(args[0]) if args else False
    return UNKNOWN if known is None else known


def _extreme(function: Any) -> Call:
    """``min`` and ``max``, with ``key`` and ``default``."""
    plain = _plain(function)

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        key = kwargs.get("key")
        if len(args) != 1 and key is None:
            return plain(interpreter, args, kwargs)
        items, exact = items_of(interpreter, args[0]) if len(args) == 1 else (args, True)
        if not items and exact and "default" in kwargs:
            return kwargs["default"]
        keys = items if key is None else [interpreter.call(key, [item]) for item in items]
        if not exact or not all(map(is_exact, keys)):
            return UNKNOWN
        try:
            return items[function(range(len(items)), key=lambda index: to_python(keys[index]))]
        except (TypeError, ValueError) as error:
            kind = "wrong-type" if isinstance(error, TypeError) else "bad-value"
            message = str(error) if items else f"{function.__name__}() arg is an empty sequence"
            raise Raised(type(error).__name__, message, kind, function.__name__) from None

    return call


BUILTIN_CALLS.update(min=_extreme(min), max=_extreme(max))


@_builtin("str")
def _str(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        return ""
    if isinstance(args[0], Instance):
        return text_of(interpreter, args[0])
    return formatted(args[0], "", "s") if len(args) == 1 else UNKNOWN


@_builtin("repr")
def _repr(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "repr")
    if isinstance(args[0], Instance):
        return text_of(interpreter, args[0], "r")
    return formatted(args[0], "", "r")


@_builtin("any")
def _any(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    items, exact = items_of(interpreter, args[0]) if args else ([], False)
    known = [truth(item) for item in items]
    if True in known:
        return True
    return False if exact and None not in known else UNKNOWN


@_builtin("all")
def _all(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    items, exact = items_of(interpreter, args[0]) if args else ([], False)
    known = [truth(item) for item in items]
    if False in known:
        return False
    return True if exact and None not in known else UNKNOWN


@_builtin("print", "setattr", "delattr")
def _print(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 3 and isinstance(args[1], str) and isinstance(args[0], (Instance, ClassValue, TaskValue)):
        args[0].attributes[args[1]] = args[2]
    elif len(args) == 3 and isinstance(args[0], GlobalsValue):
        set_item(interpreter, args[0], args[1], args[2])
    return None


@_builtin("getattr")
def _getattr(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "getattr", 2)
    if not isinstance(args[1], str):
        return UNKNOWN
    try:
        return interpreter.attribute(args[0], args[1])
    except Raised as error:
        if len(args) > 2 and error.exception == "AttributeError":
            return args[2]
        raise


@_builtin("hasattr")
def _hasattr(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _need(args, "hasattr", 2)
    if not isinstance(args[1], str):
        return UNKNOWN
    try:
        found = interpreter.attribute(args[0], args[1])
    except Raised as error:
        if error.exception == "AttributeError":
            return False
        raise
    return UNKNOWN if found is UNKNOWN else True


@_builtin("id", "hash", "dir", "input", "object", "memoryview", "bytearray")
def _opaque(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return UNKNOWN


@_builtin("globals")
def _globals(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return interpreter.global_names()


@_builtin("locals")
def _locals(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return UNKNOWN


@_builtin("super")
def _super(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 2 and isinstance(args[0], ClassValue):
        return SuperValue(args[0], args[1])
    return UNKNOWN


@_builtin("open")
def _open(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A file that is read may not be there: ``try`` takes its error, elsewhere the outcome is unknown."""
    mode = args[1] if len(args) > 1 else kwargs.get("mode", "r")
    name = args[0] if args else kwargs.get("file", UNKNOWN)
    if not isinstance(mode, str) or any(letter in mode for letter in "wax+"):
        return UNKNOWN
    if isinstance(name, (str, PurePosixPath)) and str(name) == interpreter.path:
        return UNKNOWN
    shown = str(name) if isinstance(name, (str, PurePosixPath)) else "(computed)"
    message = f"No such file or directory: {shown!r}"
    if interpreter.try_depth:
        raise Raised("FileNotFoundError", message, "file", shown[:200], uncertain=True)
    return interpreter.unknown(f"FileNotFoundError: {message}: what only running would read")


@_builtin("__import__")
def _import(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``__import__("a.b")`` gives ``a``."""
    name = args[0] if args else kwargs.get("name", UNKNOWN)
    if len(args) != 1 or not isinstance(name, str) or not name or name.startswith("."):
        return interpreter.unknown("a module that is imported by a computed name")
    interpreter.imports.add(name)
    interpreter.find_module(name)
    return interpreter.find_module(name.partition(".")[0])


@_builtin("exec", "eval", "compile")
def _side_effect(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return interpreter.unknown("code or files that only running would read")


@_builtin("exit", "quit")
def _exit(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    raise Raised("SystemExit", "the file ends the interpreter", "raises", "SystemExit")


def _decorator_role(role: str) -> Call:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if args and isinstance(args[0], FunctionValue):
            args[0].attributes["__role__"] = role
        return args[0] if args else UNKNOWN

    return call


BUILTIN_CALLS.update(
    isinstance=type_tests.is_instance,
    issubclass=type_tests.is_subclass,
    callable=type_tests.is_callable,
    type=type_tests.type_of,
    vars=type_tests.variables_of,
)
for _name in ("property", "staticmethod", "classmethod"):
    BUILTIN_CALLS[_name] = _decorator_role(_name)
