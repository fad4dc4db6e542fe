"""Ids of DAGs, groups and tasks: what Airflow accepts, and the prefix that a group gives."""

from __future__ import annotations

import re
from typing import Any, Final, NoReturn

from airflownet.judge.airflow.objects import (
    DagFactory,
    DagValue,
    GroupValue,
    TaskFactory,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter.classes.instances import object_text
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type, shown
from airflownet.judge.interpreter.values import (
    ApiValue,
    ClassValue,
    FunctionValue,
    Instance,
    MethodValue,
    ModuleValue,
    NativeMethod,
)

_KEY = re.compile(r"^[\w.-]+$")
_GROUP_KEY = re.compile(r"^[\w-]+$")


def refuse_object(key: Instance) -> NoReturn:
    """Raises what ``validate_key`` and ``validate_group_key`` raise for an object of the file's own class."""
    name = object_text(key)
    message = f"The key has to be a string and is <class {key.cls.name!r}>:{name}"
    raise Raised("TypeError", message, "invalid-id", name)


_NO_TEXTS: Final[dict[type, str]] = {
    NativeMethod: "builtin_function_or_method",
    MethodValue: "method",
    FunctionValue: "function",
    ClassValue: "type",
    ModuleValue: "module",
    DagFactory: "function",
    TaskFactory: "_TaskDecorator",
    TaskValue: "BaseOperator",
    XComArgValue: "PlainXComArg",
    DagValue: "DAG",
    GroupValue: "TaskGroup",
}


def refuse_no_text(key: Any) -> None:
    """Raises for a key that is certainly no text: a method that was not called, a task, a class, a module."""
    name = _NO_TEXTS.get(type(key))
    if type(key) is ApiValue and isinstance(key.definition, ClassInfo):
        name = "type"
    if name is not None:
        message = f"The key has to be a string and is <class '{name}'>"
        raise Raised("TypeError", message, "invalid-id", name)


def check_key(key: Any, what: str, line: str = "3") -> None:
    """Raises what Airflow's ``validate_key`` raises for a dag_id or task_id."""
    if type(key) is str and len(key) <= 250 and key.replace("_", "a").isalnum():
        return
    if not isinstance(key, str):
        shown_as = shown(key)
        message = f"The key has to be a string and is {python_type(key)}:{shown_as}"
        raise Raised("TypeError", message, "invalid-id", shown_as)
    exception = "ValueError" if line.startswith("3") else "AirflowException"
    _check_text(key, 250, _KEY, exception, f"dashes, dots, and underscores exclusively ({what})")


def check_group_key(key: Any) -> None:
    """Raises what Airflow's ``validate_group_key`` raises."""
    if key is not None and not isinstance(key, str):
        message = f"The key has to be a string and is {type(key)}:{key}"
        raise Raised("TypeError", message, "invalid-id", str(key))
    if key is not None:
        _check_text(key, 200, _GROUP_KEY, "ValueError", "dashes, and underscores exclusively")


def _check_text(key: str, most: int, pattern: re.Pattern[str], exception: str, marks: str) -> None:
    if len(key) > most:
        message = f"The key has to be less than {most} characters, not {len(key)}"
        raise Raised(exception, message, "invalid-id", key[:60])
    if not pattern.match(key):
        message = f"The key {key!r} has to be made of alphanumeric characters, {marks}"
        raise Raised(exception, message, "invalid-id", key)


def child_id(parent: GroupValue | None, label: Any) -> Any:
    """Returns the id with the prefixes of the groups around it."""
    if parent is None or not parent.prefix or parent.group_id in ("", None):
        return label
    if not isinstance(label, str) or not isinstance(parent.group_id, str):
        return UNKNOWN
    return f"{parent.group_id}.{label}"
