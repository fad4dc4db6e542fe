"""Builtins on numbers and texts: ``int``, ``round``, ``max``, ``str`` ..."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.instance_text import text_of
from airflownet.judge.interpreter.classes.instances import plain_of
from airflownet.judge.interpreter.conversion import from_python_error, from_result, to_python
from airflownet.judge.interpreter.exception_values import TEXT
from airflownet.judge.interpreter.formatting import formatted
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.operations import binary
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.stand_ins import refuse_wrong_types
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, Instance, ListValue, is_exact, truth
from airflownet.judge.libraries.pendulum import PENDULUM, moment_text
from airflownet.judge.libraries.registry import Model, models, need, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_MOST_DIGITS = 400
"""More digits than a float has."""


def plain(function: Any) -> Model:
    """A builtin that is safe to call on plain values of bounded size."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if any(type(argument) is Instance for argument in args):
            args = [plain_of(argument) for argument in args]
        if not all(map(is_exact, args)) or not all(map(is_exact, kwargs.values())):
            refuse_wrong_types(function, args, kwargs)
            return UNKNOWN
        if any(isinstance(argument, str) and len(argument) > 5_000 for argument in args):
            return UNKNOWN
        try:
            result = function(*map(to_python, args), **{k: to_python(v) for k, v in kwargs.items()})
        except Exception as error:
            raise from_python_error(error) from None
        return from_result(result)

    return call


register_all(
    {
        function.__name__: plain(function)
        for function in (int, float, abs, ord, chr, ascii, hex, oct, bin, divmod)
    }
)


@models("sum")
def _sum(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Of lists or tuples Python copies all so far for each, which is paid for."""
    if args and isinstance(args[0], (list, tuple, set, dict)):
        lengths = [len(part) for part in args[0] if isinstance(part, (list, tuple))]
        interpreter.steps_left -= len(lengths) * sum(lengths) >> 8
        interpreter.charge(0)
    total = args[1] if len(args) > 1 else kwargs.get("start")
    if args and isinstance(total, (ListValue, tuple)):
        items, exact = items_of(interpreter, args[0])
        for item in items if exact else ():
            total = binary(interpreter, ast.Add(), total, item)
        return total if exact else UNKNOWN
    return plain(sum)(interpreter, args, kwargs)


@models("round")
def _round(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Python computes ten to the power of a negative number of digits, however large."""
    digits = args[1] if len(args) > 1 else kwargs.get("ndigits")
    if isinstance(digits, int) and abs(digits) > _MOST_DIGITS:
        return UNKNOWN
    return plain(round)(interpreter, args, kwargs)


@models("pow")
def _pow(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """As the operator, whose result is kept small; with a remainder for small numbers only."""
    if len(args) == 2 and not kwargs:
        return binary(interpreter, ast.Pow(), args[0], args[1])
    is_small = all(isinstance(argument, int) and argument.bit_length() <= _MOST_DIGITS for argument in args)
    return plain(pow)(interpreter, args, kwargs) if len(args) == 3 and is_small else UNKNOWN


@models("bytes")
def _bytes(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``bytes("text", "utf-8")`` and ``bytes([65, 66])``; a number would be a length."""
    if args and isinstance(args[0], int):
        return UNKNOWN
    return plain(bytes)(interpreter, args, kwargs)


@models("bool")
def _bool(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if args and isinstance(args[0], Instance):
        for name in ("__bool__", "__len__"):
            if interpreter.has_method(args[0], name):
                answer = truth(interpreter.call_method(args[0], name, []))
                return UNKNOWN if answer is None else answer
    known = truth(args[0]) if args else False
    return UNKNOWN if known is None else known


def _extreme(function: Any) -> Model:
    """``min`` and ``max``, with ``key`` and ``default``."""
    simple = plain(function)

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        key = kwargs.get("key")
        if len(args) != 1 and key is None:
            return simple(interpreter, args, kwargs)
        items, exact = items_of(interpreter, args[0]) if len(args) == 1 else (args, True)
        if not items and exact and "default" in kwargs:
            return kwargs["default"]
        keys = items if key is None else [interpreter.call(key, [item]) for item in items]
        if not exact or not all(map(is_exact, keys)):
            if exact and items and all(type(item) is Instance for item in keys):
                ordered = interpreter.call(interpreter.builtin("sorted"), [ListValue(items)], {"key": key})
                return ordered[-1 if function is max else 0] if ordered.exact else UNKNOWN
            if exact:
                refuse_wrong_types(function, [ListValue(keys)])
            return UNKNOWN
        try:
            return items[function(range(len(items)), key=lambda index: to_python(keys[index]))]
        except (TypeError, ValueError) as error:
            kind = "wrong-type" if isinstance(error, TypeError) else "bad-value"
            message = str(error) if items else f"{function.__name__}() arg is an empty sequence"
            raise Raised(type(error).__name__, message, kind, function.__name__) from None

    return call


register_all({"min": _extreme(min), "max": _extreme(max)})


@models("str")
def _str(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        return ""
    if isinstance(args[0], Instance):
        return text_of(interpreter, args[0])
    if isinstance(args[0], ApiInstance) and TEXT in args[0].attributes:
        return args[0].attributes[TEXT]
    if isinstance(args[0], ApiInstance) and args[0].path in PENDULUM:
        return moment_text(args[0], "")
    if len(args) == 2 and isinstance(args[0], bytes):
        return plain(str)(interpreter, args, kwargs)
    return formatted(args[0], "", "s") if len(args) == 1 else UNKNOWN


@models("format")
def _format(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``format(value, specification)``."""
    if not args or kwargs or isinstance(args[0], Instance):
        return UNKNOWN
    return formatted(args[0], args[1] if len(args) > 1 else "", "")


@models("repr")
def _repr(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "repr")
    if isinstance(args[0], Instance):
        return text_of(interpreter, args[0], "r")
    return formatted(args[0], "", "r")
