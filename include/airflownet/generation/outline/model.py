"""What an outline is: steps with the operators that can be meant, their order, their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from airflownet.asked_for.request import Deed
from airflownet.generation.outline.stated_values import StatedValue
from airflownet.plans.model import Value


@dataclass(frozen=True, slots=True)
class Step:
    """One task that the request asks for."""

    words: str
    operators: tuple[str, ...]
    """Names to choose from, the likeliest first; never empty."""
    task_id: str = ""
    """Where the request gives it."""
    after: tuple[int, ...] = ()
    """Indices of the steps that it comes after."""
    trigger_rule: str = ""
    values: tuple[StatedValue, ...] = ()
    """What the request states in these words: bucket, table, command."""
    arguments: Mapping[str, Value] | None = None
    """All that the words give, where they were read clause by clause; None where ``values`` do."""
    code: str = ""
    """Body of a function that the words decide; empty where it is open."""
    call: Mapping[str, Value] = field(default_factory=dict)
    """What its function is given."""
    mapped: Mapping[str, Value] = field(default_factory=dict)
    """Over what the task is expanded."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The steps of one DAG."""

    steps: tuple[Step, ...]
    is_ordered: bool = True
    """False where the request leaves the order open and that of its words was taken."""
    for_all: tuple[StatedValue, ...] = ()
    """Values that the request states for every task that takes them."""
    dag_id: str = ""
    """Where the request gives it."""
    settings: Mapping[str, Value] | None = None
    """Arguments of the DAG, where they were read clause by clause; None where the request's settings are."""
    unread: tuple[str, ...] = ()
    """What is asked for and not built, or was not understood, a sentence each."""
    told: tuple[str, ...] = ()
    """What was taken for granted."""

    @property
    def is_open(self) -> bool:
        """True when a choice between operators, or a function's body, is left to a model."""
        return any(
            len(step.operators) > 1 or (step.operators[0].startswith("@") and not step.code)
            for step in self.steps
        )


@dataclass(slots=True)
class Part:
    """A deed with what was read in its words."""

    deed: Deed
    words: str
    candidates: tuple[str, ...]
    n: int = 1
    ids: tuple[str, ...] = ()
    rule: str = ""
    is_parallel: bool = False
    is_chain: bool = False
    steps: list[int] = field(default_factory=list)
