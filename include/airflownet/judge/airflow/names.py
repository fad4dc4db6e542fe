"""Attributes of Airflow's names: ``task.branch``, ``Asset.ref``, ``BaseOperator.__init__``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.objects import TaskDecoratorValue, TaskValue
from airflownet.judge.airflow.operator_classes import initialise_base
from airflownet.judge.airflow.project_decorators import project_decorators
from airflownet.judge.airflow.roles import role_of
from airflownet.judge.airflow.world import world_of
from airflownet.judge.interpreter.classes.derived import initialise
from airflownet.judge.interpreter.classes.lookup import derived_class_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.values import ApiValue, NativeMethod

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def member(interpreter: Interpreter, value: ApiValue, name: str) -> Any:
    """Returns ``value.name``; a project may bring a provider with task decorators of its own."""
    if name == "__init__":
        return explicit_init(value)
    if name == "multi" and role_of(value.path) == "asset":
        return ApiValue(f"{value.path}.multi", None, f"{value.path}.multi")
    try:
        return world_of(interpreter).member(value, name)
    except Raised:
        is_task = role_of(world_of(interpreter).canonical(value)) == "task"
        if is_task and interpreter.project is not None and name in project_decorators(interpreter.project):
            return TaskDecoratorValue(f"@task.{name}", value.path.rpartition(".")[0])
        raise


def explicit_init(base: ApiValue) -> NativeMethod:
    """Returns ``Base.__init__`` of a class of Airflow; its first argument is the instance."""

    def call(
        interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any], *, is_open: bool = False
    ) -> None:
        receiver = args[0] if args else None
        if derived_class_of(receiver) is not None:
            initialise(interpreter, receiver, base, args[1:], kwargs, is_open=is_open)
        elif isinstance(receiver, TaskValue):
            initialise_base(interpreter, receiver, receiver.definition, args[1:], kwargs, is_open=is_open)

    return NativeMethod("__init__", call, takes_open=True)
