"""``isinstance``, ``issubclass``, ``callable`` and ``type`` on abstract values."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import types
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.classes.instantiation import make_class
from airflownet.judge.interpreter.classes.lookup import class_of, mro
from airflownet.judge.interpreter.classes.records import annotated_names, is_named_tuple
from airflownet.judge.interpreter.kinds import CALLABLE, HOST_OBJECT, IS_OF_API
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    ListValue,
    MethodValue,
    ModuleValue,
    PythonValue,
    SetValue,
    is_concrete,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_PLAIN_TYPES: Final[dict[type, type]] = {
    ListValue: list, DictValue: dict, SetValue: set, tuple: tuple, range: range,
    FunctionValue: types.FunctionType, MethodValue: types.MethodType, ModuleValue: types.ModuleType,
    ClassValue: type,
}  # fmt: skip


def is_instance(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``isinstance(value, kinds)``."""
    if len(args) != 2:
        message = f"isinstance expected 2 arguments, got {len(args)}"
        raise Raised("TypeError", message, "missing-argument", "isinstance")
    kinds = list(args[1]) if isinstance(args[1], tuple) else [args[1]]
    if any(
        (is_concrete(kind) and kind is not None) or isinstance(kind, (ListValue, DictValue)) for kind in kinds
    ):
        message = "isinstance() arg 2 must be a type, a tuple of types, or a union"
        raise Raised("TypeError", message, "wrong-type", "isinstance")
    answers = [_is_of(args[0], kind) for kind in kinds]
    return True if True in answers else UNKNOWN if None in answers else False


def _is_of(value: Any, kind: Any) -> bool | None:
    if value is UNKNOWN or kind is UNKNOWN:
        return None
    if isinstance(value, Instance):
        return _is_instance_of(value, kind)
    own_class = class_of(value)
    if isinstance(kind, ClassValue) and isinstance(own_class, ClassValue):
        return any(base is kind for base in mro(own_class))
    if isinstance(kind, PythonValue) and isinstance(kind.object, type):
        own = _PLAIN_TYPES.get(type(value), type(value) if is_concrete(value) else None)
        if isinstance(value, ListValue) and value.kind != "list":
            own = None
        if own is None:
            return (
                False
                if kind.object in (str, int, float, bool, list, dict, tuple) and type(value) in HOST_OBJECT
                else None
            )
        return issubclass(own, kind.object)
    if kind is None or isinstance(kind, ClassValue):
        return False if _is_plain(value) or (type(value) in HOST_OBJECT and kind is None) else None
    if isinstance(kind, ApiValue):
        return _is_of_api(value, kind)
    return None


def _is_plain(value: Any) -> bool:
    return is_concrete(value) or type(value) in _PLAIN_TYPES


def _is_of_api(value: Any, kind: ApiValue) -> bool | None:
    slot = IS_OF_API.get(type(value))
    if slot is not None:
        return slot(value, kind.path.rpartition(".")[2])
    return False if _is_plain(value) else None


def _is_instance_of(value: Instance, kind: Any) -> bool | None:
    order = mro(value.cls)
    if any(base is kind for base in order):
        return True
    if isinstance(kind, PythonValue):
        if any(isinstance(base, PythonValue) and base.path == kind.path for base in order):
            return True
        if kind.path == "object" or (kind.path == "tuple" and is_named_tuple(value.cls)):
            return True
        if value.plain is not None and isinstance(kind.object, type) and isinstance(value.plain, kind.object):
            return True
    if isinstance(kind, ClassValue) and _is_protocol(kind):
        return _follows(value, kind)
    is_whole = all(isinstance(base, (ClassValue, PythonValue)) for base in order)
    names = ("str", "int", "float", "bool", "list", "dict", "tuple", "set")
    is_nominal = isinstance(kind, (ClassValue, ApiValue)) or getattr(kind, "path", "") in names
    return False if is_whole and is_nominal else None


def _is_protocol(cls: ClassValue) -> bool:
    return any(getattr(base, "path", "") == "typing.Protocol" for base in cls.bases)


def _follows(value: Instance, protocol: ClassValue) -> bool | None:
    """Whether the instance has every name of a protocol that ``isinstance`` may be asked about."""
    body = protocol.node.body
    wanted = {item.name for item in body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))}
    wanted |= set(annotated_names(protocol))
    order = mro(value.cls)
    own = {name for part in order if isinstance(part, ClassValue) for name in part.attributes}
    if wanted <= own | set(value.attributes):
        return True
    return False if all(isinstance(part, (ClassValue, PythonValue)) for part in order) else None


def is_subclass(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``issubclass(cls, kinds)`` for classes of the file."""
    if len(args) != 2 or not isinstance(args[0], ClassValue):
        return UNKNOWN
    kinds = args[1] if isinstance(args[1], tuple) else (args[1],)
    order = mro(args[0])
    if any(base is kind for base in order for kind in kinds):
        return True
    paths = {getattr(base, "path", "") for base in order} - {""}
    if paths & {getattr(kind, "path", None) for kind in kinds}:
        return True
    return False if not paths and all(isinstance(kind, ClassValue) for kind in kinds) else UNKNOWN


def is_callable(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``callable(value)``."""
    value = args[0] if args else UNKNOWN
    if type(value) in CALLABLE or isinstance(value, PythonValue):
        return True
    if isinstance(value, Instance):
        return True if interpreter.has_method(value, "__call__") else UNKNOWN
    is_data = is_concrete(value) or isinstance(value, (ListValue, DictValue, SetValue, tuple, ModuleValue))
    return False if is_data or type(value) in HOST_OBJECT else UNKNOWN


def type_of(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``type(value)``, and ``type(name, bases, attributes)``, which makes a class."""
    if len(args) == 3:
        return make_class(interpreter, *args)
    value = args[0] if len(args) == 1 else UNKNOWN
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, ApiInstance) and "__class__" in value.attributes:
        return value.attributes["__class__"]
    if isinstance(own_class := class_of(value), ClassValue):
        return own_class
    own = _PLAIN_TYPES.get(type(value), type(value) if is_concrete(value) else None)
    if own is None or (isinstance(value, ListValue) and value.kind != "list"):
        return UNKNOWN
    path = own.__name__ if own.__module__ == "builtins" else f"{own.__module__}.{own.__name__}"
    return PythonValue(path, own)


def variables_of(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``vars(value)``: an instance's attributes."""
    if args and isinstance(args[0], Instance):
        return interpreter.attribute(args[0], "__dict__")
    if args and isinstance(args[0], ClassValue):
        return DictValue(args[0].attributes)
    if args and isinstance(args[0], ApiInstance) and args[0].path == "types.SimpleNamespace":
        return DictValue(args[0].attributes)
    return UNKNOWN
