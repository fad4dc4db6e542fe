"""What Airflow's part of the judge asks of the catalogue, and where a walk keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from airflownet.judge.airflow.objects import AirflowState, DagValue, TaskValue
from airflownet.judge.interpreter.values import ApiValue
from airflownet.judge.interpreter.world import World

if TYPE_CHECKING:
    from airflownet.judge.catalogue import ClassInfo
    from airflownet.judge.interpreter.interpreter import Interpreter


class AirflowWorld(World, Protocol):
    """What one Airflow line, with its providers, offers and refuses."""

    def canonical(self, value: ApiValue) -> str:
        """Returns where the thing is defined."""

    def member(self, value: ApiValue, name: str) -> Any:
        """Returns ``value.name`` for a name of Airflow or a library."""

    def is_operator(self, value: ApiValue) -> bool:
        """Whether calling the name builds a task."""

    def dag_class(self) -> ClassInfo | None:
        """Returns the class of DAG objects, None when not known."""

    def group_class(self) -> ClassInfo | None:
        """Returns the class of task groups, None when not known."""

    def decorator_class(self, name: str) -> Any:
        """Returns the operator class behind ``@task.<name>``, None when not known."""

    def parameter_names(self, value: Any) -> frozenset[str] | None:
        """Returns the names an operator takes, None when any."""

    def positional_names(self, value: ApiValue) -> tuple[str, ...]:
        """Returns the names of a class's parameters in order, empty when not known."""

    def group_parameters(self) -> frozenset[str] | None:
        """Returns what ``@task_group`` takes, None when any."""

    def trigger_rules(self) -> frozenset[str]:
        """Returns the trigger rules of the line, empty when not known."""

    def template_fields(self, definition: Any) -> frozenset[str] | None:
        """Returns the templated arguments of an operator class, None when not known."""

    def task_attribute(self, interpreter: Interpreter, task: TaskValue, name: str) -> Any:
        """Returns an attribute of a task that is no part of the graph."""

    def mapped_attribute(self, task: TaskValue, name: str) -> Any:
        """Returns an attribute of a mapped task: those of its operator's class are not there."""

    def dag_attribute(self, interpreter: Interpreter, dag: DagValue, name: str) -> Any:
        """Returns an attribute of a DAG that is no part of the graph."""

    def group_attribute(self, name: str) -> Any:
        """Returns an attribute of a task group that is no part of the graph."""

    def operator_member(self, base: ApiValue, operator: str, name: str) -> Any:
        """Returns what an operator class of Airflow gives its instances."""

    def check_class_values(self, definition: Any, arguments: dict[str, Any], *, is_open: bool) -> None:
        """Raises what well-known operator classes raise for values they refuse."""

    def check_guards(self, definition: Any, arguments: dict[str, Any], *, is_open: bool) -> None:
        """Raises what the class's own ``__init__`` raises for values it refuses."""

    def check_decorated(self, definition: Any, arguments: dict[str, Any]) -> None:
        """Raises what a TaskFlow decorator's operator raises when the function is called."""

    def check_call(self, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool) -> None:
        """Raises what the call of a class or function raises for wrong arguments."""

    def check_operator(
        self,
        interpreter: Interpreter,
        value: ApiValue,
        arguments: dict[str, Any],
        kwargs: dict[str, Any],
        *,
        is_open: bool,
    ) -> None:
        """Raises what an operator raises for wrong arguments; ``arguments`` include default_args."""

    def check_partial(self, value: ApiValue, kwargs: dict[str, Any], method: str, name: str) -> None:
        """Raises what ``partial`` or ``expand`` raises for wrong arguments; ``name``: a subclass's."""

    def call(
        self,
        interpreter: Interpreter,
        value: ApiValue,
        args: list[Any],
        kwargs: dict[str, Any],
        *,
        is_open: bool,
    ) -> Any:
        """Returns what calling any other name gives."""


def state_of(interpreter: Interpreter) -> AirflowState:
    """Returns what the file has built so far."""
    found: AirflowState = interpreter.host
    return found


def world_of(interpreter: Interpreter) -> AirflowWorld:
    """Returns the Airflow that the file is judged for."""
    found: AirflowWorld = interpreter.host.world
    return found
