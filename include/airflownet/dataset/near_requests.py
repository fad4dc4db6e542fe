"""Rows of train whose request is nearly one that is held out: they would teach the question.

Two unrelated DAGs can be asked for in almost the same words ("a DAG that runs one Bash command every day").
Families are made of code, so the two may be on two sides; the row in train goes.
"""

from __future__ import annotations

from collections.abc import Sequence

from airflownet.dataset.row import Row
from airflownet.families.cross_similarity import Collection
from airflownet.families.shingles import text_shingles

_OWN_WORDS = frozenset({"create", "plan", "magpie", "replay"})
"""Kinds whose request is somebody's own words; the others frame code with fixed phrases."""


def has_own_words(kind: str) -> bool:
    """Tells whether the request of a kind is compared with others."""
    return kind in _OWN_WORDS


def near_held_out(rows: Sequence[Row], shingle_words: int, threshold: float) -> set[int]:
    """Returns the identities of rows too near one more held out: train to both, validation to test."""
    near: set[int] = set()
    for side, against in (("train", ("validation", "test")), ("validation", ("test",))):
        held_out = [r for r in rows if r.member.split in against and has_own_words(r.kind)]
        collection = Collection([text_shingles(row.request, shingle_words) for row in held_out])
        for row in rows:
            if row.member.split == side and has_own_words(row.kind) and len(held_out):
                similarities = collection.jaccards(text_shingles(row.request, shingle_words))
                if float(similarities.max()) >= threshold:
                    near.add(id(row))
    return near
