"""Pairs of answers to one prompt with no word of who wrote which; drawn by hash, the same for everyone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from airflownet.markdown_fence import fenced
from airflownet.people.settings import PeopleSettings
from airflownet.records import JudgedSample, stable_id

QUESTIONS: Mapping[str, str] = {
    "correctness": "Which one does what was asked for?",
    "completeness": "Which one is complete: imports, arguments, nothing left open?",
    "best_practices": "Which one would you rather maintain?",
}
"""Name of the criterion, as the LLM judge has it -> what a person is asked."""
LEFT, RIGHT, NEITHER = "A", "B", "neither"
CHOICES = (LEFT, RIGHT, NEITHER)


@dataclass(frozen=True, slots=True)
class BlindedPair:
    """One pair as it is shown: a row of ``pairs.parquet``."""

    id: str
    sample_id: str
    family_id: str
    left: str
    """Model whose answer is A; a person never sees it."""
    right: str
    left_outcome: str
    """What the static judge says of A."""
    right_outcome: str
    body: str
    """Markdown: the request and both answers, in fences that nothing in them can close."""


def blinded_pairs(rows: Iterable[JudgedSample], settings: PeopleSettings) -> list[BlindedPair]:
    """Returns up to ``n_pairs`` pairs in the order of a hash.

    Left out are prompts to which a model has no code, and pairs of equal code, of which nothing can be said.
    Only the first answer of each model is shown.
    """
    found: dict[str, dict[str, JudgedSample]] = {}
    for row in rows:
        if row.sample_index == 0 and row.code.strip():
            found.setdefault(row.sample_id, {})[row.model] = row
    pairs = []
    for sample_id, by_model in found.items():
        if not {settings.first, settings.second} <= by_model.keys():
            continue
        one, other = by_model[settings.first], by_model[settings.second]
        if one.code.split() == other.code.split():
            continue
        pair_id = stable_id("people", settings.salt, sample_id, one.code, other.code)
        left, right = (one, other) if int(pair_id, 16) % 2 else (other, one)
        pairs.append(
            BlindedPair(
                id=pair_id,
                sample_id=sample_id,
                family_id=left.family_id,
                left=left.model,
                right=right.model,
                left_outcome=left.outcome,
                right_outcome=right.outcome,
                body=_body(left, right, settings.max_lines),
            )
        )
    return sorted(pairs, key=lambda pair: pair.id)[: settings.n_pairs]


def _body(left: JudgedSample, right: JudgedSample, max_lines: int) -> str:
    parts = [f"Airflow {left.airflow}. The request:", _fenced(left.instruction, "text", max_lines)]
    for name, row in ((LEFT, left), (RIGHT, right)):
        parts += [f"### Answer {name}", _fenced(row.code, "python", max_lines)]
    return "\n\n".join(parts)


def _fenced(text: str, language: str, max_lines: int) -> str:
    lines = text.rstrip().splitlines()
    block = fenced("\n".join(lines[:max_lines]), language)
    more = f"\n\n{len(lines) - max_lines:,} more lines." if len(lines) > max_lines else ""
    return f"{block}{more}"
