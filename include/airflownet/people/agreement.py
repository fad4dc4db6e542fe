"""Do people and the two judges prefer the same answers?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from airflownet.people.answers import PersonAnswer
from airflownet.people.blinded_pairs import NEITHER


@dataclass(frozen=True, slots=True)
class JudgeAgreement:
    """How often a judge prefers what people prefer, in one respect."""

    criterion: str
    n_pairs: int
    """Pairs that both judged."""
    n_equal: int
    n_opposite: int
    """Pairs where each prefers another answer; the rest is a preference of only one of them."""
    kappa: float | None
    """Cohen's kappa (1960) over left, right and neither; None without pairs, or where all say the same."""


def agreement(criterion: str, pairs: Iterable[tuple[str, str]]) -> JudgeAgreement:
    """Returns the agreement over (what a person prefers, what a judge prefers)."""
    from sklearn.metrics import cohen_kappa_score

    both = list(pairs)
    people, judge = [one for one, _ in both], [other for _, other in both]
    varied = len({*people, *judge}) > 1
    return JudgeAgreement(
        criterion=criterion,
        n_pairs=len(both),
        n_equal=sum(one == other for one, other in both),
        n_opposite=sum(one != other and NEITHER not in (one, other) for one, other in both),
        kappa=float(cohen_kappa_score(people, judge)) if both and varied else None,
    )


def preference_by_outcome(answer: PersonAnswer) -> str:
    """Returns the model that the static judge prefers: the one whose answer loads, where only one does."""
    return preference_by_grade(
        answer, float(answer.left_outcome == "loads"), float(answer.right_outcome == "loads")
    )


def preference_by_grade(answer: PersonAnswer, left: float, right: float) -> str:
    """Returns the model with the higher grade, ``neither`` when the grades are equal."""
    if left == right:
        return NEITHER
    return answer.left if left > right else answer.right


def given(answers: Sequence[PersonAnswer], criterion: str) -> list[PersonAnswer]:
    """Returns the answers of one criterion that somebody gave."""
    return [answer for answer in answers if answer.criterion == criterion and answer.better]
