"""Is an answer new, or recited? How near each answer is to the nearest file of the training split.

Nearness is the Jaccard similarity of sets of five-token shingles; from 0.7 on, the threshold that the
dataset's leak check uses, an answer counts as recited. A model that only recites can still load.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from airflownet.evaluation.statistics.proportion import IntervalSettings, Proportion, proportion
from airflownet.records import JudgedSample

RECITED_FROM = 0.7
SHINGLE_TOKENS = 5
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Novelty:
    """One model's answers beside the training split."""

    model: str
    n_answers: int
    n_distinct: int
    """Answers that differ from each other, white space aside."""
    recited: Proportion
    """Answers with a training file at Jaccard 0.7 or nearer."""
    loads_and_new: Proportion
    """Answers that load and are not recited."""


def shingles(code: str) -> frozenset[tuple[str, ...]]:
    """Returns the set of five-token shingles; shorter code is one shingle."""
    tokens = _TOKEN.findall(code)
    last = max(1, len(tokens) - SHINGLE_TOKENS + 1)
    return frozenset(tuple(tokens[start : start + SHINGLE_TOKENS]) for start in range(last))


def nearest(code: str, known: Sequence[frozenset[tuple[str, ...]]]) -> float:
    """Returns the greatest Jaccard similarity to the known files, 0 when there are none."""
    own = shingles(code)
    return max((len(own & other) / len(own | other) for other in known), default=0.0)


def measure_novelty(
    rows: Sequence[JudgedSample], training_code: Iterable[str], settings: IntervalSettings
) -> tuple[Novelty, ...]:
    """Returns one entry per generating model, base first; a missing answer is neither recited nor new."""
    known = list({shingles(code) for code in training_code})
    found = []
    for model in ("base", "tuned"):
        answers = [row for row in rows if row.model == model]
        if not answers:
            continue
        recited = [bool(row.code) and nearest(row.code, known) >= RECITED_FROM for row in answers]
        families = [row.family_id for row in answers]
        new = [row.outcome == "loads" and not flag for row, flag in zip(answers, recited, strict=True)]
        found.append(
            Novelty(
                model=model,
                n_answers=len(answers),
                n_distinct=len({" ".join(row.code.split()) for row in answers}),
                recited=proportion(recited, families, settings),
                loads_and_new=proportion(new, families, settings),
            )
        )
    return tuple(found)


def n_new(novelty: Sequence[Novelty]) -> int | None:
    """Returns how many of the fine-tuned model's answers load and are not recited; None without answers."""
    return next((entry.loads_and_new.count for entry in novelty if entry.model == "tuned"), None)


def novelty_sentence(novelty: Sequence[Novelty]) -> str:
    """Returns how many of the fine-tuned model's loading answers are new; empty without its answers."""
    tuned = next((entry for entry in novelty if entry.model == "tuned"), None)
    if tuned is None or not tuned.recited.count:
        return ""
    new = tuned.loads_and_new.count
    return (
        f"Mind recitation: {tuned.recited.count} of the fine-tuned model's {tuned.n_answers} answers are at "
        f"least 70% a file it was trained on; {new} load{'s' if new == 1 else ''} and "
        f"{'is' if new == 1 else 'are'} not recited."
    )
