"""The rows that a grading leaves: ``grades.parquet``, ``findings.parquet``, ``canaries.parquet`` ..."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grade:
    """One grading of one answer; a grade is null, never zero, where there is none."""

    sample_id: str
    family_id: str
    model: str
    """Whose answer; the judge never sees it."""
    sample_index: int
    repeat: int
    """0 is the grading that counts; further ones measure the judge."""
    outcome: str
    """What the static judge says of the same code."""
    correctness: int | None
    completeness: int | None
    best_practices: int | None
    correctness_reason: str
    completeness_reason: str
    best_practices_reason: str
    unscored: str
    """Why there are no grades: ``no-code``, ``unreadable``, ``refused`` ...; empty where there are."""
    judge: str
    """Model id as the reply names it."""
    rubric: str


@dataclass(frozen=True, slots=True)
class FactFinding:
    """What the judge found for one fact of one answer."""

    sample_id: str
    model: str
    sample_index: int
    repeat: int
    fact: str
    holds: bool
    is_good: bool
    finding: str


@dataclass(frozen=True, slots=True)
class CanaryGrade:
    """One answer of known worth, and what the judge made of it."""

    kind: str
    sample_id: str
    correctness: int | None
    completeness: int | None
    best_practices: int | None
    expected: str
    """``correctness 4-5, completeness 3-5``."""
    is_as_expected: bool
    unscored: str
    reason: str
    """The findings behind the criteria that missed; empty when none did."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Which of two answers to one prompt is better in one respect: a row of ``preferences.parquet``."""

    sample_id: str
    left: str
    """One model; neither stands first, as both orders are asked."""
    right: str
    criterion: str
    better: str
    """A model, or ``neither``; empty when unscored."""
    depends_on_order: bool
    """True when the exchange of the two changed the answer; then neither is better."""
    place_left_first: str
    """``first``, ``second`` or ``neither``: which one was preferred with the left one shown first."""
    place_right_first: str
    """The same with the right one shown first; both empty when unscored."""
    finding: str
    unscored: str
