"""``value.__getitem__(key)`` and the like, called by name: what the operation itself does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.comparisons import are_equal, is_in
from airflownet.judge.interpreter.operations import binary
from airflownet.judge.interpreter.subscripts import delete_item, get_base_item, set_base_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import DictValue, ListValue, NativeMethod

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_Operation = Callable[["Interpreter", Any, Any], Any]


def _item(interpreter: Interpreter, value: Any, key: Any) -> Any:
    is_container = isinstance(value, (ListValue, DictValue))
    return get_base_item(interpreter, value, key) if is_container else UNKNOWN


def _in(interpreter: Interpreter, value: Any, item: Any) -> Any:
    known = is_in(interpreter, item, value)
    return UNKNOWN if known is None else known


def _equal(interpreter: Interpreter, value: Any, other: Any) -> Any:
    known = are_equal(interpreter, value, other) if type(value) is type(other) else None
    return UNKNOWN if known is None else known


_WITH_ONE: Final[dict[str, _Operation]] = {
    "__getitem__": _item,
    "__contains__": _in,
    "__delitem__": delete_item,
    "__eq__": _equal,
    "__add__": lambda interpreter, value, other: binary(interpreter, ast.Add(), value, other),
    "__or__": lambda interpreter, value, other: binary(interpreter, ast.BitOr(), value, other),
    "__mul__": lambda interpreter, value, other: binary(interpreter, ast.Mult(), value, other),
}
_BUILTINS: Final = {"__len__": "len", "__iter__": "iter", "__str__": "str", "__repr__": "repr"}


def operation_method(value: Any, name: str) -> NativeMethod | None:
    """Returns the method of that name of a number, text or container, None where it is not modelled."""
    if name in _BUILTINS:
        return NativeMethod(
            name, lambda interpreter, *_: interpreter.call(interpreter.builtin(_BUILTINS[name]), [value])
        )
    if name == "__setitem__":
        return NativeMethod(
            name,
            lambda interpreter, args, _: (
                set_base_item(interpreter, value, *args) if len(args) == 2 else UNKNOWN
            ),
        )
    if name in _WITH_ONE:
        return NativeMethod(
            name,
            lambda interpreter, args, _: _WITH_ONE[name](interpreter, value, args[0]) if args else UNKNOWN,
        )
    return None
