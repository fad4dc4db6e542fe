"""How far an answer comes: from an answer at all to a DAG that loads and does what was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from airflownet.evaluation.judged_answers import MISSING, JudgedAnswer
from airflownet.records import JudgedSample, Severity, Violation

ANSWER, CODE, PARSES, IMPORTS, LOADS, ASKED_FOR = (
    "answer",
    "code found",
    "parses",
    "imports",
    "loads",
    "asked for",
)
GATES: Final = (ANSWER, CODE, PARSES, IMPORTS, LOADS)
"""In order; ``asked for`` follows where it was measured."""
_THEME: Final = {PARSES: "AFN0", IMPORTS: "AFN1"}


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


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """Which answer."""

    sample_id: str
    model: str
    sample_index: int

    @classmethod
    def of(cls, row: JudgedSample) -> AnswerKey:
        """Returns the key of a row."""
        return cls(row.sample_id, row.model, row.sample_index)


def last_gate(
    row: JudgedSample, violations: Sequence[Violation], does_what_was_asked: bool | None = None
) -> str:
    """Returns the last gate that an answer passes; empty when there is no answer.

    A gate is passed only with all before it. ``imports`` is failed by what certainly does not import; what
    the judge cannot tell (``unknown``) stops before ``loads``.
    """
    if row.outcome == MISSING:
        return ""
    if not row.code.strip():
        return ANSWER
    certain = {v.code[:4] for v in violations if v.severity == Severity.LOAD}
    if _THEME[PARSES] in certain:
        return CODE
    if _THEME[IMPORTS] in certain:
        return PARSES
    if row.outcome != "loads":
        return IMPORTS
    return ASKED_FOR if does_what_was_asked else LOADS


def count_gates(
    answers: Iterable[JudgedAnswer], asked_for: Mapping[AnswerKey, bool] | None = None
) -> tuple[GateCounts, ...]:
    """Returns how many of each model's answers pass each gate, the models in the order of their answers.

    Args:
        answers: of all models; the ground truth is one.
        asked_for: whether an answer does what was asked; None where that was not measured.
    """
    reached: dict[str, Counter[str]] = {}
    for answer in answers:
        asked = (asked_for or {}).get(AnswerKey.of(answer.row))
        violations = answer.verdict.violations if answer.verdict else ()
        reached.setdefault(answer.row.model, Counter())[last_gate(answer.row, violations, asked)] += 1
    gates = GATES if asked_for is None else (*GATES, ASKED_FOR)
    order = (*GATES, ASKED_FOR)
    return tuple(
        GateCounts(
            model,
            counts.total(),
            tuple(
                GateCount(gate, sum(counts[later] for later in order[order.index(gate) :])) for gate in gates
            ),
        )
        for model, counts in reached.items()
    )
