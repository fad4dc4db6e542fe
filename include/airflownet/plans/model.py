"""What a plan says: DAGs, their settings, tasks, order and groups, mapping, and short function bodies.

A plan is data. Its texts are values, except ``Expression`` (a constructor call: ``timedelta(hours=1)``,
checked against what the catalogue offers before it is written into a file) and ``TaskPlan.code`` (the body
of a function). Nothing of a plan is ever run here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_DEPTH: Final = 40
"""Containers within containers of one value."""


class PlanError(ValueError):
    """A plan that cannot be read or written; the message says why.

    Attributes:
        reason: short and without the plan's own texts, to be counted: ``not-json``, ``no-dag`` ...
    """

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(f"{reason}: {message}" if message else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Expression:
    """A value that is built by a call or named by a path."""

    text: str
    """Python, names short where the catalogue knows them: ``timedelta(hours=1)``, ``Asset("s3://a")``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The output of another task."""

    task_id: str
    key: str = ""
    """Of an output that is a mapping; empty for the whole output."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value that nobody said: a constant at the head of the file, to be filled in by the user."""

    name: str
    """Of the constant: ``FETCH_BUCKET``."""
    value: Value
    """What stands there until then."""


Value = (
    None
    | bool
    | int
    | float
    | str
    | list["Value"]
    | dict[str, "Value"]
    | Expression
    | Reference
    | Placeholder
)
"""What an argument may be; tuples and sets are lists."""


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """One task."""

    task_id: str
    """With the ids of its groups: ``load.orders``."""
    operator: str
    """Class name, its full path where the name alone is not clear, or a decorator: ``@task.branch``."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """Of the operator, or of the decorator."""
    after: tuple[str, ...] = ()
    """Ids of the tasks and groups it comes after, those aside whose outputs it takes."""
    call: Mapping[str, Value] = field(default_factory=dict)
    """Of a decorated task: what its function is given, by parameter."""
    mapped: Mapping[str, Value] = field(default_factory=dict)
    """What ``expand`` gives."""
    code: str = ""
    """Of a decorated task: the body of its function."""
    role: str = ""
    """``setup`` or ``teardown``."""

    @property
    def is_decorated(self) -> bool:
        """True for TaskFlow."""
        return self.operator.startswith("@")

    @property
    def group(self) -> str:
        """Id of the innermost group with its prefixes, empty outside groups."""
        return self.task_id.rpartition(".")[0]

    @property
    def own_id(self) -> str:
        """The id without the groups' ids."""
        return self.task_id.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class DagPlan:
    """One DAG."""

    dag_id: str
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """``schedule``, ``start_date`` (ISO text, with a time zone's name after it), ``tags`` ..."""
    tasks: tuple[TaskPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One file."""

    dags: tuple[DagPlan, ...]


def references(value: Value) -> list[Reference]:
    """Returns the outputs a value takes, in order."""
    found: list[Reference] = []
    pending: list[Value] = [value]
    while pending:
        item = pending.pop(0)
        if isinstance(item, Reference):
            found.append(item)
        elif isinstance(item, list):
            pending[:0] = item
        elif isinstance(item, dict):
            pending[:0] = list(item.values())
    return found


def inputs_of(task: TaskPlan) -> list[str]:
    """Returns the ids of the tasks whose outputs a task takes, in order, without repeats."""
    values = [*task.arguments.values(), *task.call.values(), *task.mapped.values()]
    return list(dict.fromkeys(ref.task_id for value in values for ref in references(value)))
