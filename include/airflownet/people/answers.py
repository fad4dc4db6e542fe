"""What people said: each answer kept, with who gave it and when, and unblinded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflownet.people.blinded_pairs import CHOICES, LEFT, NEITHER, QUESTIONS, RIGHT, BlindedPair


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """What one person said of one pair in one respect: a row of ``answers.parquet``."""

    pair_id: str
    sample_id: str
    family_id: str
    criterion: str
    left: str
    right: str
    better: str
    """A model, or ``neither``; empty where nobody answered."""
    left_outcome: str
    right_outcome: str
    person: str
    """Id of the user who answered, as Airflow knows it; empty where nobody did."""
    answered_at: str


def read_answers(
    pairs: Sequence[BlindedPair], replies: Iterable[Mapping[str, Any] | None]
) -> Iterator[PersonAnswer]:
    """Yields three answers for each pair.

    Args:
        pairs: as they were shown.
        replies: what Airflow's human-in-the-loop operator returned for each, in their order; None, or a
            reply that says nothing of a question, is a pair that nobody answered.
    """
    for pair, reply in zip(pairs, replies, strict=True):
        said = (reply or {}).get("params_input") or {}
        who = (reply or {}).get("responded_by_user") or {}
        for criterion in QUESTIONS:
            choice = said.get(criterion)
            known = choice in CHOICES
            better = {LEFT: pair.left, RIGHT: pair.right, NEITHER: NEITHER}.get(str(choice), "")
            yield PersonAnswer(
                pair_id=pair.id,
                sample_id=pair.sample_id,
                family_id=pair.family_id,
                criterion=criterion,
                left=pair.left,
                right=pair.right,
                better=better,
                left_outcome=pair.left_outcome,
                right_outcome=pair.right_outcome,
                person=str(who.get("id") or who.get("name") or "") if known else "",
                answered_at=str((reply or {}).get("responded_at") or "") if known else "",
            )
