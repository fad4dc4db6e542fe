"""Which rows of the training split are asked again: requests in words, families in turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from airflownet.errors import InputError
from airflownet.records import Sample, stable_id

IN_WORDS = frozenset({"create", "plan"})
"""Kinds whose request says in words what the DAG shall do; what such an answer has to have can be checked."""


def asked_rows(samples: Iterable[Sample], most: int, seed: int) -> list[Sample]:
    """Returns the rows that are asked: the first of every family before any second one.

    Two rows of one request (one asks for code, one for the plan) are both asked: their answers differ.

    Args:
        samples: of the dataset.
        most: rows; 0 for all.
        seed: of the order within a family and among families.

    Raises:
        InputError: the training split has no request in words.
    """
    rows = [s for s in samples if s.split == "train" and s.kind in IN_WORDS]
    if not rows:
        raise InputError(
            "the dataset's training split has no request in words (rows of kind create or plan)",
            "improve a run whose dataset has such rows",
        )
    rows.sort(key=lambda row: stable_id("ask", str(seed), row.id))
    seen: Counter[str] = Counter()
    turns: list[tuple[int, int, Sample]] = []
    for row in rows:
        turns.append((seen[row.family_id], len(turns), row))
        seen[row.family_id] += 1
    turns.sort(key=lambda turn: turn[:2])
    return [row for _, _, row in turns[: most or None]]


def question(row: Sample) -> list[dict[str, str]]:
    """Returns the turns of a row up to the answer, as a server takes them."""
    return [{"role": m.role, "content": m.content} for m in row.messages[:-1]]


def request_of(row: Sample) -> str:
    """Returns what the user of a row asked for."""
    return next(m.content for m in reversed(row.messages) if m.role == "user")
