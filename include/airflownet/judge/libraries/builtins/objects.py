"""Builtins on objects, names and the outside: ``getattr``, ``globals``, ``open``, ``__import__`` ..."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes import type_tests
from airflownet.judge.interpreter.classes.instantiation import new_object
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.kinds import SETTABLE
from airflownet.judge.interpreter.open_values import loosen
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.subscripts import set_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ClassValue,
    DictValue,
    FunctionValue,
    GlobalsValue,
    Instance,
    SuperValue,
    is_concrete,
    is_key,
)
from airflownet.judge.libraries.project_files import opened
from airflownet.judge.libraries.registry import Model, models, need, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("print", "setattr", "delattr")
def _print(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 3 and isinstance(args[1], str) and type(args[0]) in SETTABLE:
        args[0].attributes[args[1]] = args[2]
    elif len(args) == 3 and isinstance(args[0], GlobalsValue):
        set_item(interpreter, args[0], args[1], args[2])
    elif len(args) == 3 and args[1] is UNKNOWN:
        loosen(args[0])
    return None


@models("getattr")
def _getattr(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "getattr", 2)
    if not isinstance(args[1], str):
        return UNKNOWN
    interpreter.try_depth += len(args) > 2
    try:
        return interpreter.attribute(args[0], args[1])
    except Raised as error:
        if len(args) > 2 and error.exception == "AttributeError":
            return args[2]
        raise
    finally:
        interpreter.try_depth -= len(args) > 2


@models("hasattr")
def _hasattr(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    need(args, "hasattr", 2)
    if not isinstance(args[1], str):
        return UNKNOWN
    interpreter.try_depth += 1
    try:
        found = interpreter.attribute(args[0], args[1])
    except Raised as error:
        if error.exception == "AttributeError":
            return False
        raise
    finally:
        interpreter.try_depth -= 1
    return UNKNOWN if found is UNKNOWN else True


@models("hash", "dir", "input", "object", "memoryview", "bytearray")
def _opaque(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return UNKNOWN


@models("id")
def _id(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A number that nobody knows, but the same for the same object: good as a key."""
    value = args[0] if args else UNKNOWN
    if value is UNKNOWN or is_concrete(value):
        return UNKNOWN
    known = interpreter.identities.setdefault(id(value), (value, ApiInstance("id")))
    return known[1]


@models("globals")
def _globals(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return interpreter.global_names()


@models("locals")
def _locals(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return UNKNOWN


@models("super")
def _super(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 2 and isinstance(args[0], ClassValue):
        return SuperValue(args[0], args[1])
    return UNKNOWN


@models("open")
def _open(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A file that is read may not be there: ``try`` takes its error, elsewhere the outcome is unknown."""
    mode = args[1] if len(args) > 1 else kwargs.get("mode", "r")
    name = args[0] if args else kwargs.get("file", UNKNOWN)
    if not isinstance(mode, str) or any(letter in mode for letter in "wax+"):
        return UNKNOWN
    if isinstance(name, (str, PurePosixPath)) and str(name) == interpreter.path:
        return UNKNOWN
    found = opened(interpreter, name, is_binary="b" in mode)
    if found is not MISSING:
        return found
    if interpreter.maybe_depth:
        return UNKNOWN  # ``if path.exists(): open(path)``
    shown = str(name) if isinstance(name, (str, PurePosixPath)) else "(computed)"
    message = f"No such file or directory: {shown!r}"
    if interpreter.try_depth:
        raise Raised("FileNotFoundError", message, "file", shown[:200], uncertain=True)
    return interpreter.unknown(f"FileNotFoundError: {message}: what only running would read")


@models("__import__")
def _import(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``__import__("a.b")`` gives ``a``."""
    name = args[0] if args else kwargs.get("name", UNKNOWN)
    if len(args) != 1 or not isinstance(name, str) or not name or name.startswith("."):
        return interpreter.unknown("a module that is imported by a computed name")
    interpreter.imports.add(name)
    interpreter.find_module(name)
    return interpreter.find_module(name.partition(".")[0])


@models("exec")
def _exec(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Binds names that are not known: in the module, or in the namespaces that it is given."""
    for namespace in args[1:3] or [interpreter.global_names()]:
        loosen(namespace)
    return _side_effect(interpreter, args, kwargs)


@models("eval", "compile")
def _side_effect(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return interpreter.unknown("code or files that only running would read")


@models("exit", "quit")
def _exit(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    raise Raised("SystemExit", "the file ends the interpreter", "raises", "SystemExit")


def _decorator_role(role: str) -> Model:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if args and isinstance(args[0], FunctionValue):
            args[0].attributes["__role__"] = role
        return args[0] if args else UNKNOWN

    return call


register_all(
    {
        "isinstance": type_tests.is_instance,
        "issubclass": type_tests.is_subclass,
        "callable": type_tests.is_callable,
        "type": type_tests.type_of,
        "vars": type_tests.variables_of,
        **{name: _decorator_role(name) for name in ("property", "staticmethod", "classmethod")},
    }
)


@models("object.__setattr__")
def _set_attribute(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``object.__setattr__(instance, name, value)``: how a frozen record sets its own fields."""
    if len(args) == 3 and isinstance(args[0], Instance) and isinstance(args[1], str):
        args[0].attributes[args[1]] = args[2]


@models("dict.fromkeys")
def _from_keys(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``dict.fromkeys(keys, value)``."""
    items, exact = items_of(interpreter, args[0]) if args else ([], False)
    value = args[1] if len(args) > 1 else None
    keys = [item for item in items if item is not UNKNOWN and is_key(item)]
    return DictValue(((key, value) for key in keys), exact=exact and len(keys) == len(items))


register_all(dict.fromkeys(("object.__new__", "type.__new__"), new_object))
