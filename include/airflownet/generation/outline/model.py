"""What an outline is: steps with the operators that can be meant, their order, their values."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflownet.asked_for.request import Deed
from airflownet.generation.outline.stated_values import StatedValue


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


@dataclass(frozen=True, slots=True)
class Outline:
    """The steps of one DAG."""

    steps: tuple[Step, ...]
    is_ordered: bool = True
    """False where the request leaves the order open and that of its words was taken."""
    for_all: tuple[StatedValue, ...] = ()
    """Values that the request states for every task that takes them."""

    @property
    def is_open(self) -> bool:
        """True when a choice between operators, or a function's body, is left to a model."""
        return any(len(step.operators) > 1 or step.operators[0].startswith("@") for step in self.steps)


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
