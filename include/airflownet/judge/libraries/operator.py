"""``operator``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.comparisons import compare
from airflownet.judge.interpreter.in_place import in_place
from airflownet.judge.interpreter.operations import binary
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.subscripts import get_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import NativeMethod, truth
from airflownet.judge.libraries.registry import Model, models, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("operator.itemgetter")
def item_getter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``operator.itemgetter(key, ...)``."""
    return _getter("itemgetter", args, get_item)


@models("operator.attrgetter")
def attribute_getter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``operator.attrgetter(name, ...)``."""

    def find(interpreter: Interpreter, value: Any, name: Any) -> Any:
        if not isinstance(name, str):
            return UNKNOWN
        for part in name.split("."):
            value = interpreter.attribute(value, part)
        return value

    return _getter("attrgetter", args, find)


def _getter(name: str, keys: list[Any], find: Callable[[Interpreter, Any, Any], Any]) -> NativeMethod:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if len(args) != 1:
            raise Raised(
                "TypeError", f"{name} expected 1 argument, got {len(args)}", "missing-argument", name
            )
        interpreter.charge(8 * len(keys))
        found = tuple(find(interpreter, args[0], key) for key in keys)
        return found[0] if len(found) == 1 else found

    return NativeMethod(name, call)


_BINARY: Final[dict[str, type[ast.operator]]] = {
    "add": ast.Add, "sub": ast.Sub, "mul": ast.Mult, "truediv": ast.Div, "floordiv": ast.FloorDiv,
    "mod": ast.Mod, "rshift": ast.RShift, "lshift": ast.LShift, "or_": ast.BitOr, "and_": ast.BitAnd,
    "concat": ast.Add, "xor": ast.BitXor, "pow": ast.Pow,
}  # fmt: skip
_IN_PLACE: Final = {f"i{name.rstrip('_')}": made for name, made in _BINARY.items()}
_COMPARED: Final[dict[str, type[ast.cmpop]]] = {
    "eq": ast.Eq, "ne": ast.NotEq, "lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE,
    "is_": ast.Is, "is_not": ast.IsNot,
}  # fmt: skip


def _operator(name: str) -> Model:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if len(args) != 2:
            message = f"{name} expected 2 arguments, got {len(args)}"
            raise Raised("TypeError", message, "missing-argument", name)
        if name in _BINARY:
            return binary(interpreter, _BINARY[name](), *args)
        if name in _IN_PLACE:
            return in_place(interpreter, _IN_PLACE[name](), *args)
        return compare(interpreter, _COMPARED[name](), *args)

    return call


@models("operator.not_")
def _negation(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    known = truth(args[0]) if args else None
    return UNKNOWN if known is None else not known


@models("operator.methodcaller")
def _method_caller(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``operator.methodcaller(name, ...)``."""
    if not args or not isinstance(args[0], str):
        return UNKNOWN

    def call(interpreter: Interpreter, more: list[Any], _: dict[str, Any]) -> Any:
        return (
            interpreter.call(interpreter.attribute(more[0], args[0]), args[1:], kwargs) if more else UNKNOWN
        )

    return NativeMethod("methodcaller", call)


register_all({f"operator.{name}": _operator(name) for name in (*_BINARY, *_IN_PLACE, *_COMPARED)})
