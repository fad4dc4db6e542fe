"""The tables of people's answers: what they prefer, and how far both judges agree with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from airflownet.evaluation.number_format import MODEL_NAMES
from airflownet.evaluation.second_opinions.criteria import CRITERIA
from airflownet.evaluation.second_opinions.llm_tables import Grading
from airflownet.evaluation.summary import ReportTable
from airflownet.people.agreement import (
    JudgeAgreement,
    agreement,
    given,
    preference_by_grade,
    preference_by_outcome,
)
from airflownet.people.answers import PersonAnswer
from airflownet.people.blinded_pairs import NEITHER, QUESTIONS
from airflownet.tables import read_table

FEW: Final = 20
"""With fewer pairs than this an agreement is told as what it is: a few people's words."""


def read_people(folder: Path) -> tuple[PersonAnswer, ...]:
    """Returns what people answered."""
    return tuple(read_table(folder / "answers.parquet", PersonAnswer))


def people_tables(answers: Sequence[PersonAnswer], grading: Grading | None) -> Iterator[ReportTable]:
    """Yields the tables in the order of the page."""
    models = list(dict.fromkeys(name for answer in answers for name in (answer.left, answer.right)))
    models.sort(key=lambda name: list(MODEL_NAMES).index(name) if name in MODEL_NAMES else len(MODEL_NAMES))
    n_people = len({answer.person for answer in answers if answer.person})
    rows = []
    for criterion, question in QUESTIONS.items():
        counts = Counter(answer.better for answer in answers if answer.criterion == criterion)
        cells = (*(counts[name] for name in models), counts[NEITHER], counts[""])
        rows.append((question, *(f"{count:,}" for count in cells)))
    yield ReportTable(
        "What people prefer",
        f"{len({answer.pair_id for answer in answers}):,} pairs of answers, blinded and in random order, put "
        f"before {n_people} {'person' if n_people == 1 else 'people'} in Airflow.",
        ("Question", *(MODEL_NAMES.get(name, name) for name in models), "Neither", "Not answered"),
        tuple(rows),
    )
    judges = [("Static judge", list(_static(answers)))]
    if grading is not None:
        judges.append(("LLM judge", list(_llm(answers, grading))))
    if grading is not None and grading.preferences:
        judges.append(("LLM judge side by side", list(_side_by_side(answers, grading))))
    yield ReportTable(
        "Do the judges prefer what people prefer?",
        "The static judge prefers the answer that loads, the LLM judge the one with the higher grade for the "
        "same criterion, and, where it saw both side by side, the one it preferred in both orders. "
        f"Kappa is Cohen's; below {FEW} pairs it says little.",
        ("Judge and criterion", "Pairs", "Same", "Opposite", "Kappa"),
        tuple(
            (
                f"{judge}, {CRITERIA[one.criterion].lower()}",
                f"{one.n_pairs:,}",
                f"{one.n_equal:,}",
                f"{one.n_opposite:,}",
                "–" if one.kappa is None else f"{one.kappa:.2f}".replace("-", "−"),
            )
            for judge, found in judges
            for one in found
        ),
    )


def _static(answers: Sequence[PersonAnswer]) -> Iterator[JudgeAgreement]:
    for criterion in QUESTIONS:
        yield agreement(
            criterion, ((one.better, preference_by_outcome(one)) for one in given(answers, criterion))
        )


def _llm(answers: Sequence[PersonAnswer], grading: Grading) -> Iterator[JudgeAgreement]:
    grades = {(g.sample_id, g.model): g for g in grading.grades if g.sample_index == 0 and not g.unscored}
    for criterion in QUESTIONS:
        pairs = []
        for one in given(answers, criterion):
            left, right = grades.get((one.sample_id, one.left)), grades.get((one.sample_id, one.right))
            if left is not None and right is not None:
                preferred = preference_by_grade(one, getattr(left, criterion), getattr(right, criterion))
                pairs.append((one.better, preferred))
        yield agreement(criterion, pairs)


def _side_by_side(answers: Sequence[PersonAnswer], grading: Grading) -> Iterator[JudgeAgreement]:
    better = {
        (row.sample_id, frozenset((row.left, row.right)), row.criterion): row.better
        for row in grading.preferences
        if not row.unscored
    }
    for criterion in QUESTIONS:
        keys = [
            (one.better, (one.sample_id, frozenset((one.left, one.right)), criterion))
            for one in given(answers, criterion)
        ]
        yield agreement(criterion, ((said, better[key]) for said, key in keys if key in better))
