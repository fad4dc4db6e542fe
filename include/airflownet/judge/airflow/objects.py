"""The DAGs, tasks and groups a file builds, and the contexts they are built in."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN, ShownByKind, Unknown

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@dataclass(eq=False, slots=True, repr=False)
class DagValue(ShownByKind):
    """A DAG object."""

    dag_id: str | Unknown
    arguments: dict[str, Any]
    line: int
    docstring: str = ""
    tasks: list[TaskValue] = field(default_factory=list)
    task_ids: dict[str, Any] = field(default_factory=dict)
    root: GroupValue = field(init=False)
    is_complete: bool = True
    is_registered: bool = False
    """Entered with ``with`` or built by ``@dag``: found by DagBag without a module-level name."""
    used_group_ids: set[str] = field(default_factory=set)
    attributes: dict[str, Any] = field(default_factory=dict)
    cls: Any = None
    """The file's own class that derives from ``DAG``."""
    highest_suffix: dict[str, int] = field(default_factory=dict)
    """Task id without ``__<number>`` -> the highest such number in use."""
    late_problem: Any = None
    """What DagBag's own check of the DAG raises, after the file has run."""

    def __post_init__(self) -> None:
        self.root = GroupValue("", self, None, {}, prefix=False)


@dataclass(eq=False, slots=True, repr=False)
class GroupValue(ShownByKind):
    """A task group; the root group of a DAG has an empty id."""

    group_id: str | Unknown
    dag: DagValue | None
    parent: GroupValue | None
    default_args: dict[str, Any]
    prefix: bool = True
    children: list[TaskValue | GroupValue] = field(default_factory=list)
    upstream_tasks: list[TaskValue] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    cls: Any = None
    """The file's own class that derives from ``TaskGroup``."""
    is_mapped: bool = False
    """Made by ``@task_group`` with ``expand``."""

    def release(self) -> None:
        """Lets go of the DAG and of everything within."""
        pending: list[GroupValue] = [self]
        while pending:
            group = pending.pop()
            pending.extend([child for child in group.children if isinstance(child, GroupValue)])
            group.children.clear()
            group.upstream_tasks.clear()
            group.dag = group.parent = None

    def all_tasks(self) -> list[TaskValue]:
        """Returns the tasks of the group and the groups within, in order."""
        found: list[TaskValue] = []
        for child in self.children:
            if isinstance(child, GroupValue):
                found.extend(child.all_tasks())
            else:
                found.append(child)
        return found


@dataclass(eq=False, slots=True, repr=False)
class TaskValue(ShownByKind):
    """A task object; edges are kept on both ends in order of appearance."""

    task_id: str | Unknown
    operator: str
    module: str
    arguments: dict[str, Any]
    line: int
    dag: DagValue | None = None
    group: GroupValue | None = None
    docstring: str = ""
    is_mapped: bool = False
    is_setup: bool = False
    is_teardown: bool = False
    upstream: dict[TaskValue, None] = field(default_factory=dict)
    downstream: dict[TaskValue, None] = field(default_factory=dict)
    definition: Any = None
    """The catalogue's class, or the file's own class."""
    attributes: dict[str, Any] = field(default_factory=dict)
    result_of: Any = None
    call: dict[str, Any] = field(default_factory=dict)
    """What the call of a TaskFlow function passes, by parameter."""
    mapped: tuple[str, ...] = ()
    """Names that ``expand`` gives; ``*`` for ``expand_kwargs``."""


def copied_task(task: TaskValue, is_deep: bool) -> TaskValue:
    """Returns a copy of a task, which knows the DAG and is not in it; a shallow one shares its relations."""
    return replace(
        task,
        arguments=dict(task.arguments),
        attributes=dict(task.attributes),
        upstream=dict(task.upstream) if is_deep else task.upstream,
        downstream=dict(task.downstream) if is_deep else task.downstream,
    )


@dataclass(eq=False, slots=True, repr=False)
class XComArgValue(ShownByKind):
    """A task's future output, or several that ``zip`` and ``concat`` made one."""

    tasks: tuple[TaskValue, ...]
    key: Any = "return_value"
    odd_part: str = ""
    """Type of a part that is no output."""

    @property
    def references(self) -> tuple[TaskValue, ...]:
        """The tasks, as Airflow looks for them where the output is used.

        Raises:
            Raised: a part of it is no output.
        """
        if self.odd_part:
            message = f"'{self.odd_part}' object has no attribute 'iter_references'"
            raise Raised("AttributeError", message, "wrong-type", self.odd_part)
        return self.tasks


@dataclass(eq=False, slots=True, repr=False)
class MappedArgumentValue(ShownByKind):
    """What a mapped task group's function gets for an expanded parameter."""

    references: tuple[TaskValue, ...]


@dataclass(eq=False, slots=True, repr=False)
class LabelValue(ShownByKind):
    """An edge label: passes relations through."""

    label: Any
    upstream: list[Any] = field(default_factory=list)
    downstream: list[Any] = field(default_factory=list)


@dataclass(eq=False, slots=True, repr=False)
class TaskFactory(ShownByKind):
    """A function decorated with ``@task``; calling it builds a task."""

    function: Any
    decorator: str
    """As written: ``@task.branch``."""
    module: str
    arguments: dict[str, Any]
    op_kwargs: dict[str, Any] = field(default_factory=dict)
    is_setup: bool = False
    is_teardown: bool = False
    definition: Any = None
    on_failure_fail_dagrun: Any = None
    given_twice: str = ""
    """An argument of ``override`` that the call gives to the operator by itself."""


@dataclass(eq=False, slots=True, repr=False)
class TaskDecoratorValue(ShownByKind):
    """``task``, ``task.branch``, ``task(...)``: what decorates a function."""

    name: str
    module: str
    arguments: dict[str, Any] = field(default_factory=dict)
    definition: Any = None
    is_setup: bool = False
    is_teardown: bool = False
    on_failure_fail_dagrun: Any = None


@dataclass(eq=False, slots=True, repr=False)
class DagDecoratorValue(ShownByKind):
    """``dag(...)``: what decorates a function."""

    arguments: dict[str, Any]


@dataclass(eq=False, slots=True, repr=False)
class AssetDecoratorValue(ShownByKind):
    """``asset(...)``: what decorates a function."""

    arguments: dict[str, Any]
    path: str
    is_multi: bool


@dataclass(eq=False, slots=True, repr=False)
class DagFactory(ShownByKind):
    """A function decorated with ``@dag``; calling it builds the DAG."""

    function: Any
    arguments: dict[str, Any]
    node: ast.AST
    n_calls: int = 0
    is_bare: bool = False
    """``@dag`` without parentheses on a line that does not know it: calling it fails."""


@dataclass(eq=False, slots=True, repr=False)
class GroupDecoratorValue(ShownByKind):
    """``task_group(...)``: what decorates a function."""

    arguments: dict[str, Any]


@dataclass(eq=False, slots=True, repr=False)
class GroupFactory(ShownByKind):
    """A function decorated with ``@task_group``."""

    function: Any
    arguments: dict[str, Any]
    partial: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False, slots=True, repr=False)
class PartialOperator(ShownByKind):
    """``SomeOperator.partial(...)``, waiting for ``.expand``."""

    cls: Any
    arguments: dict[str, Any]
    line: int
    dag: DagValue | None
    group: GroupValue | None


@dataclass(eq=False, slots=True, repr=False)
class SetupTeardownScope(ShownByKind):
    """``with setup >> teardown``: tasks built within run between them."""

    roots: list[TaskValue]
    leaves: list[TaskValue]
    tasks: list[TaskValue] = field(default_factory=list)


@dataclass
class AirflowState:
    """Everything Airflow would hold after importing the file."""

    world: Any
    """The ``AirflowWorld`` of the line that the file is judged for."""
    dags: list[DagValue] = field(default_factory=list)
    tasks: list[TaskValue] = field(default_factory=list)
    dag_stack: list[DagValue] = field(default_factory=list)
    group_stack: list[GroupValue] = field(default_factory=list)
    group_marks: list[int] = field(default_factory=list)
    """Height of the group stack when each DAG was entered."""
    setup_stack: list[SetupTeardownScope] = field(default_factory=list)
    patched: dict[str, Any] = field(default_factory=dict)
    """What the file itself set on classes of Airflow, by the name, and by the name with its class."""
    dag_factories: list[DagFactory] = field(default_factory=list)
    possible_edges: set[tuple[TaskValue, TaskValue]] = field(default_factory=set)
    """(upstream, downstream) that are only drawn if a condition holds that cannot be known."""

    def loop_is_open(self) -> None:
        """Notes that the number of rounds of a loop is not known: the DAGs built in may have more tasks."""
        for dag in self.dag_stack:
            dag.is_complete = False

    def release(self) -> None:
        """Lets go of what DAGs, groups and tasks know of each other."""
        for task in self.tasks:
            task.dag = task.group = None
            task.upstream.clear()
            task.downstream.clear()
        self.possible_edges.clear()
        for dag in self.dags:
            dag.root.release()
            dag.tasks.clear()
            dag.task_ids.clear()

    def current_dag(self) -> DagValue | None:
        """Returns the DAG of the innermost ``with`` or ``@dag``."""
        return self.dag_stack[-1] if self.dag_stack else None

    def current_group(self, dag: DagValue | None) -> GroupValue | None:
        """Returns the innermost group, else the DAG's root group."""
        floor = self.group_marks[-1] if self.group_marks else 0
        if len(self.group_stack) > floor and (dag is None or self.group_stack[-1].dag is dag):
            return self.group_stack[-1]
        return dag.root if dag is not None else None


def add_to_dag(interpreter: Interpreter, task: TaskValue, dag: DagValue, group: GroupValue | None) -> None:
    """Puts a task into a DAG.

    Raises:
        Raised: DuplicateTaskIdFound.
    """
    if interpreter.maybe_depth or task.task_id is UNKNOWN:
        dag.is_complete = False
    if isinstance(task.task_id, str):
        is_taken = task.task_id in dag.task_ids or task.task_id in dag.used_group_ids
        if is_taken and not interpreter.maybe_depth:
            raise Raised(
                "DuplicateTaskIdFound",
                f"Task id '{task.task_id}' has already been added to the DAG",
                "duplicate-task-id",
                task.task_id,
            )
        dag.task_ids[task.task_id] = task
        stem, mark, number = task.task_id.rpartition("__") if "__" in task.task_id else ("", "", "")
        if mark and number.isdecimal():
            dag.highest_suffix[stem] = max(int(number), dag.highest_suffix.get(stem, 0))
    task.dag = dag
    dag.tasks.append(task)
    task.group = group if group is not None else dag.root
    task.group.children.append(task)
