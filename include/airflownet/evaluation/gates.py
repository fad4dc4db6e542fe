"""How far an answer comes: from an answer at all to a DAG that loads and does what was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from airflownet.evaluation.answer_facts import AnswerFacts

ANSWER, CODE, PARSES, IMPORTS, LOADS, ASKED_FOR = (
    "answer",
    "code found",
    "parses",
    "imports",
    "loads",
    "asked for",
)
GATES: Final = (ANSWER, CODE, PARSES, IMPORTS, LOADS, ASKED_FOR)
"""In order."""


@dataclass(frozen=True, slots=True)
class GateCount:
    """How many answers pass a gate and all before it."""

    gate: str
    count: int


@dataclass(frozen=True, slots=True)
class GateCounts:
    """One model's answers by gate, ``answer`` first."""

    model: str
    n: int
    """Answers asked for."""
    gates: tuple[GateCount, ...]


def last_gate(facts: AnswerFacts, threshold: float) -> str:
    """Returns the last gate that an answer passes; empty when there is no answer.

    A gate is passed only with all before it. ``imports`` is failed by what certainly does not import; what
    the judge cannot tell (``unknown``) stops before ``loads``, an answer to a request that states nothing
    readable before ``asked for``.

    Args:
        facts: of the answer.
        threshold: of the asked-for score.
    """
    steps = (
        facts.outcome != "missing",
        facts.has_code,
        facts.parses,
        facts.imports,
        facts.outcome == "loads",
        facts.asked_for >= threshold,
    )
    n_passed = next((index for index, is_passed in enumerate(steps) if not is_passed), len(steps))
    return GATES[n_passed - 1] if n_passed else ""


def count_gates(answers: Iterable[AnswerFacts], threshold: float) -> tuple[GateCounts, ...]:
    """Returns how many of each model's answers pass each gate, the models in the order of their answers."""
    reached: dict[str, Counter[str]] = {}
    for facts in answers:
        reached.setdefault(facts.model, Counter())[last_gate(facts, threshold)] += 1
    return tuple(
        GateCounts(
            model,
            counts.total(),
            tuple(
                GateCount(gate, sum(counts[later] for later in GATES[place:]))
                for place, gate in enumerate(GATES)
            ),
        )
        for model, counts in reached.items()
    )
