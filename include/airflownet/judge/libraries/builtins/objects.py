"""Builtins on objects, names and the outside: ``getattr``, ``globals``, ``open``, ``__import__`` ..."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter import type_tests
from airflownet.judge.interpreter.kinds import SETTABLE
from airflownet.judge.interpreter.open_values import loosen
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.subscripts import set_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ClassValue,
    FunctionValue,
    GlobalsValue,
    SuperValue,
    is_concrete,
)
from airflownet.judge.libraries.builtins.table import Call, need, registrar
from airflownet.judge.libraries.project_files import opened

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

OBJECT_BUILTINS: Final[dict[str, Call]] = {}
builtin = registrar(OBJECT_BUILTINS)


@builtin("print", "setattr", "delattr")
def _print(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 3 and isinstance(args[1], str) and type(args[0]) in SETTABLE:
        args[0].attributes[args[1]] = args[2]
    elif len(args) == 3 and isinstance(args[0], GlobalsValue):
        set_item(interpreter, args[0], args[1], args[2])
    elif len(args) == 3 and args[1] is UNKNOWN:
        loosen(args[0])
    return None


@builtin("getattr")
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


@builtin("hasattr")
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


@builtin("hash", "dir", "input", "object", "memoryview", "bytearray")
def _opaque(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return UNKNOWN


@builtin("id")
def _id(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A number that nobody knows, but the same for the same object: good as a key."""
    value = args[0] if args else UNKNOWN
    if value is UNKNOWN or is_concrete(value):
        return UNKNOWN
    known = interpreter.identities.setdefault(id(value), (value, ApiInstance("id")))
    return known[1]


@builtin("globals")
def _globals(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return interpreter.global_names()


@builtin("locals")
def _locals(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return UNKNOWN


@builtin("super")
def _super(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 2 and isinstance(args[0], ClassValue):
        return SuperValue(args[0], args[1])
    return UNKNOWN


@builtin("open")
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


@builtin("__import__")
def _import(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``__import__("a.b")`` gives ``a``."""
    name = args[0] if args else kwargs.get("name", UNKNOWN)
    if len(args) != 1 or not isinstance(name, str) or not name or name.startswith("."):
        return interpreter.unknown("a module that is imported by a computed name")
    interpreter.imports.add(name)
    interpreter.find_module(name)
    return interpreter.find_module(name.partition(".")[0])


@builtin("exec", "eval", "compile")
def _side_effect(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return interpreter.unknown("code or files that only running would read")


@builtin("exit", "quit")
def _exit(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    raise Raised("SystemExit", "the file ends the interpreter", "raises", "SystemExit")


def _decorator_role(role: str) -> Call:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if args and isinstance(args[0], FunctionValue):
            args[0].attributes["__role__"] = role
        return args[0] if args else UNKNOWN

    return call


OBJECT_BUILTINS.update(
    isinstance=type_tests.is_instance,
    issubclass=type_tests.is_subclass,
    callable=type_tests.is_callable,
    type=type_tests.type_of,
    vars=type_tests.variables_of,
)
for _name in ("property", "staticmethod", "classmethod"):
    OBJECT_BUILTINS[_name] = _decorator_role(_name)
