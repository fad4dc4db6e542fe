"""What ``@task``, ``@setup`` and ``@teardown`` can decorate.

Sources: ``_TaskDecorator`` and ``setup_task`` of Airflow 2.9 and of the task SDK.
"""

from __future__ import annotations

from typing import Any, Final

from airflownet.judge.airflow.objects import GroupFactory, TaskDecoratorValue, TaskFactory
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type, shown_type
from airflownet.judge.interpreter.values import Instance, NativeMethod, PythonValue

_MISSING: Final = object()


def check_decorated_function(function: Any, decorator: TaskDecoratorValue, line: tuple[int, int]) -> None:
    """Raises for what is no function of the file and cannot be decorated.

    A function's annotations are asked for unless ``multiple_outputs`` is given.
    """
    is_role = decorator.is_setup or decorator.is_teardown
    if isinstance(function, GroupFactory):
        if is_role:
            message = "Task groups cannot be marked as setup or teardown."
            raise Raised("AirflowException", message, "wrong-type", "task_group")
        raise _lacking("_TaskGroupFactory", "__name__")
    if isinstance(function, TaskFactory):
        if not is_role and line < (3, 0):
            raise _lacking("_TaskDecorator", "__name__")
        return
    if is_role:
        if python_type(function) in (int, float, str, bool, list, dict):
            raise _lacking(shown_type(function), "is_setup")
        return
    if "multiple_outputs" in decorator.arguments:
        return
    if isinstance(function, PythonValue):
        if getattr(function.object, "__annotations__", _MISSING) is _MISSING:
            kind = type(function.object).__name__
            name = f"type object '{function.path}'" if kind == "type" else f"'{kind}' object"
            message = f"{name} has no attribute '__annotations__'"
            raise Raised("AttributeError", message, "unknown-attribute", function.path)
    elif isinstance(function, Instance) and function.plain is None:
        raise _lacking(function.cls.name, "__annotations__")
    elif isinstance(function, NativeMethod) and function.name == "functools.partial":
        raise _lacking("functools.partial", "__annotations__")
    elif isinstance(function, str) and line < (3, 0):
        raise _lacking("str", "__annotations__")


def _lacking(kind: str, name: str) -> Raised:
    message = f"'{kind}' object has no attribute '{name}'"
    return Raised("AttributeError", message, "unknown-attribute", name)
