"""The computer around the file: environment variables, paths and programs, of which nothing is looked at."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.comparisons import COMPARISONS
from airflownet.judge.interpreter.conversion import from_result
from airflownet.judge.interpreter.kinds import PATH_ATTRIBUTE, PATH_COMPARE, PATH_ITEM
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, PythonValue, is_concrete
from airflownet.judge.libraries.registry import models, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def _environment(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``os.environ.get`` and ``os.getenv``: taken as not set, which is what a default is for."""
    default = args[1] if len(args) > 1 else kwargs.get("default")
    name = args[0] if args else kwargs.get("key")
    if not args and not kwargs:
        message = "Mapping.get() missing 1 required positional argument: 'key'"
        raise Raised("TypeError", message, "missing-argument", "key")
    if not isinstance(name, str):
        return default
    if name in interpreter.environment:
        return interpreter.environment[name]
    project = interpreter.project
    if project is None or not project.is_read:
        return default
    if name in project.environment:
        return project.environment[name]
    if default is None and "environment" in project.assume:
        interpreter.assume("environment", name, "said to be assumed")
        return UNKNOWN
    if default is None:
        interpreter.unset[name] = "environment"
    return default


def _set_default(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``os.environ.setdefault(name, value)``: sets what is taken as not set."""
    if len(args) == 2 and isinstance(args[0], str) and args[0] not in interpreter.environment:
        interpreter.set_environment_item(args[0], args[1])
    return interpreter.environment.get(args[0], UNKNOWN) if args and isinstance(args[0], str) else UNKNOWN


def _update_environment(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``os.environ.update(values)``."""
    for part in (*args, kwargs):
        for name, value in part.items() if isinstance(part, dict) else ():
            interpreter.set_environment_item(name, value)


def _absolute_path(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``os.path.abspath`` of a path that is absolute already; links are not looked at."""
    path = args[0] if len(args) == 1 and not kwargs else UNKNOWN
    is_absolute = isinstance(path, (str, PurePosixPath)) and str(path).startswith("/")
    return os.path.normpath(str(path)) if is_absolute else UNKNOWN


def _relative_path(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``os.path.relpath(path, start)`` of two absolute paths; all else depends on where Airflow runs."""
    if kwargs or len(args) != 2 or not all(str(part).startswith("/") for part in args):
        return UNKNOWN
    return os.path.relpath(str(args[0]), str(args[1])) if all(map(is_concrete, args)) else UNKNOWN


def _path(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``pathlib.Path(...)``: a pure path, which never touches the disk."""
    if args and all(isinstance(part, (str, PurePosixPath)) for part in args):
        return from_result(PurePosixPath(*args)) if sum(map(len, map(str, args))) < 5_000 else UNKNOWN
    return UNKNOWN


def _which(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``shutil.which``: no program is taken to be there."""
    return None if args and isinstance(args[0], str) else UNKNOWN


register_all(
    {
        "os.getenv": _environment,
        "os.environ.get": _environment,
        "os.environ.setdefault": _set_default,
        "os.environ.update": _update_environment,
        **{
            f"{module}.{name}": _absolute_path
            for module in ("os.path", "posixpath")
            for name in ("abspath", "realpath")
        },
        "os.path.relpath": _relative_path,
        "posixpath.relpath": _relative_path,
        **{f"pathlib.{name}": _path for name in ("Path", "PurePath", "PosixPath", "PurePosixPath")},
        "shutil.which": _which,
    }
)

ENVIRONMENT: Final = ApiInstance(
    "os.environ",
    attributes={name: PythonValue(f"os.environ.{name}", None) for name in ("get", "setdefault", "update")},
)
PYTHON_VERSION: Final = "sys.version_info"
_PYTHONS: dict[bool, tuple[tuple[int, ...], tuple[int, ...]]] = {
    True: ((3, 9), (3, 14, 99)), False: ((3, 8), (3, 13, 99)),
}  # fmt: skip
"""Oldest and newest Python of Airflow 3 and of Airflow 2."""


def _python_is(interpreter: Interpreter, operation: ast.cmpop, version: Any, other: Any) -> Any:
    """``sys.version_info >= (3, 8)``, where all Pythons of the line agree."""
    if getattr(version, "path", "") != PYTHON_VERSION or type(other) is not tuple:
        return MISSING
    if isinstance(operation, (ast.Eq, ast.NotEq)) or not all(type(part) is int for part in other):
        return UNKNOWN
    pythons = _PYTHONS[interpreter.world.line.startswith("3")]
    answers = {bool(COMPARISONS[type(operation)](python, other)) for python in pythons}
    return answers.pop() if len(answers) == 1 else UNKNOWN


def _environment_attribute(interpreter: Interpreter, value: ApiInstance, name: str) -> Any:
    """``os.environ.<name>``."""
    if not hasattr(os.environ, name):
        message = f"'_Environ' object has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    return MISSING


def _module_item(interpreter: Interpreter, value: ApiInstance, index: Any) -> Any:
    """``sys.modules[__name__]``."""
    return interpreter.global_names() if index == interpreter.module.names["__name__"] else MISSING


def _environment_item(interpreter: Interpreter, value: ApiInstance, index: Any) -> Any:
    """``os.environ[name]``."""
    return interpreter.environment_item(index)


def _version_item(interpreter: Interpreter, value: ApiInstance, index: Any) -> Any:
    """``sys.version_info[0]``."""
    return 3 if index == 0 else value if isinstance(index, slice) else UNKNOWN


PATH_ATTRIBUTE["os.environ"] = _environment_attribute
PATH_ITEM["os.environ"] = _environment_item
PATH_ITEM["sys.modules"] = _module_item
PATH_ITEM[PYTHON_VERSION] = _version_item
PATH_COMPARE[PYTHON_VERSION] = _python_is


@models("sys.exit")
def _exit(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    raise Raised("SystemExit", str(args[0]) if args else "", "raises", "SystemExit")
