"""Calls of builtins and of the standard library, and attributes of plain values.

A function of the standard library is really called only when it is on the list of pure ones and every
argument stands for itself; everything else is unknown, after a check of its signature.
"""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import datetime
import inspect
import os
import re
from pathlib import Path, PurePosixPath
from types import MethodDescriptorType
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.classes.instances import plain_of
from airflownet.judge.interpreter.conversion import from_python_error, from_result, to_python
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.kinds import ATTRIBUTE, CALL, MEMBER_TEXTS
from airflownet.judge.interpreter.operation_methods import operation_method
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.stand_ins import refuse_wrong_types
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    SCALARS,
    ApiInstance,
    DictValue,
    Instance,
    ListValue,
    ModuleValue,
    NativeMethod,
    PythonValue,
    SetValue,
    is_concrete,
    is_exact,
)
from airflownet.judge.libraries.project_files import disk_method, loads
from airflownet.judge.libraries.pure_functions import PURE
from airflownet.judge.libraries.real_call_cost import pays
from airflownet.judge.libraries.registry import MODELS
from airflownet.judge.libraries.typed_results import of_known_type

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_CONTAINERS: dict[type, type] = {ListValue: list, DictValue: dict, SetValue: set}
_NOT_CALLED = frozenset({"expandtabs", "to_bytes", "from_bytes"})
_LOCAL = frozenset({"astimezone", "timestamp"})
"""Methods of ``datetime`` that use the computer's own time zone for a time without one."""
_PADDED = frozenset({"zfill", "ljust", "rjust", "center"})
_BIG = 5_000
_MOST_INDENT = 100
_STEPS_OF_LOOKING = 8_000
_MOST_PARTS = 200
"""Of a path: each of its parents is a text nearly as long as the path."""
_TEXT_METHODS = frozenset(
    {"join", "split", "rsplit", "replace", "strip", "startswith", "endswith", "count", "find", "index"}
)
"""Methods of text that say at once what they think of an argument that is none."""
_FIELD = re.compile(r"\{[^{}:]*:([^{}]*)")
_NUMBER = re.compile(r"\d+")
_NESTED_FORMAT = re.compile(r":[^}]*\{")
"""A width that is itself a value: the result may have any size."""


def call_python(
    interpreter: Interpreter, function: PythonValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """Returns what calling a builtin or standard library object gives."""
    handler = MODELS.get(function.path)
    if handler is not None:
        if is_open and not args:
            return UNKNOWN
        return handler(interpreter, args, kwargs)
    if (
        function.path in PURE
        and not is_open
        and all(map(is_exact, args))
        and all(map(is_exact, kwargs.values()))
    ):
        return _really_call(interpreter, function.path, function.object, args, kwargs)
    if function.path in PURE and not is_open:
        if any(isinstance(argument, (list, dict)) for argument in args):
            interpreter.charge(_STEPS_OF_LOOKING)
        refuse_wrong_types(function.object, args, kwargs)
    if type(function.object) is MethodDescriptorType and args and not is_open:
        return _unbound(interpreter, function, args, kwargs)
    if not is_open:
        _check_signature(function, args, kwargs)
    return of_known_type(function.path) or ApiInstance(function.path, tuple(args), kwargs)


def _unbound(interpreter: Interpreter, function: PythonValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``str.upper(text)``, ``dict.get(options, key)``: the method of the first argument."""
    kind, name = function.object.__objclass__, function.object.__name__
    args = [plain_of(args[0]), *args[1:]]
    own = _CONTAINERS.get(type(args[0]), type(args[0]))
    if not issubclass(own, kind):
        if args[0] is UNKNOWN or not is_exact(args[0]):
            return UNKNOWN
        message = (
            f"descriptor '{name}' for '{kind.__name__}' objects doesn't apply to a '{own.__name__}' object"
        )
        raise Raised("TypeError", message, "wrong-type", name)
    return interpreter.call(interpreter.attribute(args[0], name), args[1:], kwargs)


def _really_call(
    interpreter: Interpreter, path: str, function: Any, args: list[Any], kwargs: dict[str, Any]
) -> Any:
    plain = [to_python(argument) for argument in args]
    keywords = {name: to_python(value) for name, value in kwargs.items()}
    if any(isinstance(item, int) and abs(item) > 10**12 for item in (*plain, *keywords.values())):
        return UNKNOWN
    indent = keywords.get("indent")
    if isinstance(indent, int) and indent > _MOST_INDENT:
        return UNKNOWN
    if any(isinstance(item, (str, bytes)) and len(item) > _BIG for item in (*plain, *keywords.values())):
        found = (
            loads(interpreter, plain[0])
            if path == "json.loads" and len(plain) == 1 and not keywords
            else UNKNOWN
        )
        return UNKNOWN if found is MISSING else found
    if not pays(interpreter, path, plain, keywords):
        return UNKNOWN
    try:
        return from_result(function(*plain, **keywords))
    except (RecursionError, MemoryError):  # it tells of the judge's own stack
        return UNKNOWN
    except Exception as error:
        raise from_python_error(error) from None


_SIGNATURES: dict[str, inspect.Signature | None] = {}


def _check_signature(function: PythonValue, args: list[Any], kwargs: dict[str, Any]) -> None:
    if function.path not in _SIGNATURES:
        try:
            _SIGNATURES[function.path] = inspect.signature(function.object)
        except (TypeError, ValueError):
            _SIGNATURES[function.path] = None
    signature = _SIGNATURES[function.path]
    if signature is None:
        return
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        message = str(error)
        kind = "unknown-argument" if "unexpected keyword" in message else "missing-argument"
        name = function.path.rpartition(".")[2]
        subject = message.rpartition("'")[0].rpartition("'")[2]
        raise Raised("TypeError", f"{name}() {message}", kind, subject) from None


def scalar_attribute(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns an attribute or method of a plain value.

    Raises:
        Raised: AttributeError, when certain.
    """
    kind = type(value)
    if kind is PurePosixPath and not hasattr(value, name):
        return _disk_method(value, name)
    if not hasattr(kind, name) and not hasattr(value, name):
        if value in MEMBER_TEXTS and name in ("value", "name"):
            return value if name == "value" else value.upper()
        raise Raised(
            "AttributeError", f"'{kind.__name__}' object has no attribute '{name}'", "unknown-attribute", name
        )
    if name.startswith("__"):
        return operation_method(value, name) or UNKNOWN
    if not callable(getattr(kind, name, None)):
        if name == "parents" and len(value.parts) > _MOST_PARTS:
            return UNKNOWN
        return from_result(getattr(value, name))

    def method(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if kind is str or kind is bytes:
            is_looked_through = name in ("format", "format_map")
            interpreter.charge(min(len(value) if is_looked_through else len(value) >> 3, limits.MAX_ITEMS))
        if name == "join" and len(args) == 1 and not is_exact(args[0]):
            refuse_wrong_types(getattr(value, name), args)
            items, exact = items_of(interpreter, args[0])
            args = [ListValue(map(plain_of, items), exact=exact)]
        elif any(type(argument) is Instance for argument in args):
            args = [plain_of(argument) for argument in args]
        found = _call_method(interpreter, value, name, args, kwargs)
        if type(found) is str and len(found) > limits.LONG_TEXT:
            interpreter.charge_text(found)
        return found

    return NativeMethod(name, method)


def _disk_method(path: PurePosixPath, name: str) -> Any:
    """A method of ``Path`` that looks at the disk, or makes a path absolute, which these are already."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if name in ("read_text", "read_bytes"):
            return interpreter.call(PythonValue("open", open), [path], {})
        if interpreter.project is not None and path.is_absolute() and name == "resolve":
            return PurePosixPath(os.path.normpath(path))
        is_plain = path.is_absolute() and ".." not in path.parts
        return path if name in ("resolve", "absolute") and is_plain else UNKNOWN

    return disk_method(path, name, call) if hasattr(Path, name) else UNKNOWN


def _call_method(
    interpreter: Interpreter, value: Any, name: str, args: list[Any], kwargs: dict[str, Any]
) -> Any:
    if name in _NOT_CALLED:
        return UNKNOWN
    if not all(map(is_exact, args)) or not all(map(is_exact, kwargs.values())):
        if name in _TEXT_METHODS and isinstance(value, str):
            refuse_wrong_types(getattr(value, name), args, kwargs)
        return UNKNOWN
    if name in _PADDED and not (args and type(args[0]) is int and args[0] <= _BIG):
        return UNKNOWN
    if name in _LOCAL and (value.tzinfo is None or (name == "astimezone" and not args)):
        return UNKNOWN
    if name == "translate" and len(str(value)) * max(map(len, map(str, args[:1])), default=0) > _BIG:
        return UNKNOWN
    if name == "join" and args and not isinstance(args[0], (ListValue, tuple, SetValue, DictValue, str)):
        return UNKNOWN
    if name in ("format", "format_map") and (
        _NESTED_FORMAT.search(str(value)) or _has_long_number(str(value)) or _has_wide_fields(str(value))
    ):
        return UNKNOWN
    if name == "replace" and isinstance(value, str) and len(value) * sum(len(str(a)) for a in args) > 10**6:
        return UNKNOWN
    if name == "join" and isinstance(value, str) and args and len(value) * len(args[0]) > 10**6:
        return UNKNOWN
    path = "fnmatch" if name == "match" else name
    return _really_call(interpreter, path, getattr(value, name), args, kwargs)


def _has_wide_fields(text: str) -> bool:
    """Whether the widths of all fields together make a long text."""
    if ":" not in text:
        return False
    widths = (int(width) for field in _FIELD.findall(text) for width in _NUMBER.findall(field))
    return sum(widths) > limits.LONG_TEXT


def _has_long_number(text: str) -> bool:
    run = 0
    for character in text:
        run = run + 1 if character.isdigit() else 0
        if run > 4:
            return True
    return False


def _python_message(value: PythonValue, name: str) -> str:
    """Python's own words for the missing attribute: some types show their module."""
    try:
        getattr(value.object, name)
    except AttributeError as error:
        return str(error)
    return f"'{value.path}' has no attribute '{name}'"


def object_attribute(interpreter: Interpreter, value: PythonValue, name: str) -> Any:
    """Returns an attribute of a class or function of Python."""
    if not hasattr(value.object, name):
        raise Raised("AttributeError", _python_message(value, name), "unknown-attribute", name)
    found = getattr(value.object, name)
    if is_concrete(found) and not name.startswith("__"):
        return found
    if isinstance(found, type(datetime)):
        return ModuleValue(found.__name__)
    if name == "__name__":
        return found
    return PythonValue(f"{value.path}.{name}", found) if callable(found) else UNKNOWN


CALL[PythonValue] = call_python
ATTRIBUTE[PythonValue] = object_attribute
for _kind in SCALARS:
    ATTRIBUTE[_kind] = scalar_attribute
