"""What Airflow checks when a DAG object is made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from airflownet.judge.airflow.objects import (
    DagFactory,
    DagValue,
    GroupValue,
    TaskFactory,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.airflow.world import world_of
from airflownet.judge.interpreter.classes.instances import is_plain_object, object_text
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

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_KEY = re.compile(r"^[\w.-]+$")


def check_dag_arguments(
    interpreter: Interpreter,
    value: ApiValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
    decorator: bool = False,
) -> None:
    """Raises what ``DAG.__init__`` raises for these arguments."""
    world_of(interpreter).check_call(value, args, kwargs, is_open=is_open)
    dag_id = args[0] if args else kwargs.get("dag_id", UNKNOWN if is_open or decorator else None)
    names_function = decorator and dag_id == "" and ("dag_id" not in kwargs or interpreter.world.line < "3.3")
    if dag_id is UNKNOWN or names_function:
        return
    if not decorator:
        refuse_no_text(dag_id)
    if python_type(dag_id) is not None:
        check_key(dag_id, "dag_id", interpreter.world.line)
    elif is_plain_object(dag_id):
        refuse_object(dag_id)


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
    """Raises for a key that is certainly no text: a method that was not called, a task, a module."""
    name = _NO_TEXTS.get(type(key))
    if name is not None:
        message = f"The key has to be a string and is <class '{name}'>"
        raise Raised("TypeError", message, "invalid-id", name)


def check_key(key: Any, what: str, line: str = "3") -> None:
    """Raises what Airflow's ``validate_key`` raises for a dag_id or task_id."""
    if type(key) is str and len(key) <= 250 and key.replace("_", "a").isalnum():
        return
    if not isinstance(key, str):
        raise Raised(
            "TypeError",
            f"The key has to be a string and is {python_type(key)}:{shown(key)}",
            "invalid-id",
            shown(key),
        )
    exception = "ValueError" if line.startswith("3") else "AirflowException"
    if len(key) > 250:
        raise Raised(
            exception,
            f"The key has to be less than 250 characters, not {len(key)}",
            "invalid-id",
            key[:60],
        )
    if not _KEY.match(key):
        raise Raised(
            exception,
            f"The key {key!r} has to be made of alphanumeric characters, dashes, dots, "
            "and underscores exclusively"
            f" ({what})",
            "invalid-id",
            key,
        )
