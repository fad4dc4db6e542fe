"""Requests that repeat another: exactly, nearly (word triples) or in meaning.

A request is compared with everything kept before it: earlier rounds and batches, the run's instructions,
and the test split, whose questions must not come back as training rows. The first of its kind stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from airflownet.families.similarity_join import similarity_join
from airflownet.magpie.candidate import Candidate, Drop
from airflownet.magpie.filters.embedding import Embedder

_WORD: Final = re.compile(r"\w+")
_SHINGLE_WORDS: Final = 3


@dataclass
class KnownTexts:
    """Texts that a new request must not repeat."""

    texts: list[str] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    """For each text where it is from: ``test-split``, ``instructions``, ``earlier``, ``this-batch``."""

    def add(self, texts: Sequence[str], origin: str) -> None:
        """Adds texts in order."""
        self.texts += texts
        self.origins += [origin] * len(texts)


def normalised(text: str) -> str:
    """Returns the text's words in lower case, joined by spaces: equal for texts that differ in dress only."""
    return " ".join(_WORD.findall(text.lower()))


def exact(candidates: Sequence[Candidate], known: KnownTexts) -> list[Drop | None]:
    """Returns ``Drop("exact:<origin>")`` for a request equal to one before it."""
    seen = {normalised(text): place for place, text in reversed(list(enumerate(known.texts)))}
    decisions: list[Drop | None] = []
    fresh: dict[str, str] = {}
    for candidate in candidates:
        text = normalised(candidate.text)
        if text in seen:
            place = seen[text]
            decisions.append(Drop(f"exact:{known.origins[place]}", known.texts[place]))
        elif text in fresh:
            decisions.append(Drop("exact:this-batch", fresh[text]))
        else:
            fresh[text] = candidate.text
            decisions.append(None)
    return decisions


def near(candidates: Sequence[Candidate], known: KnownTexts, threshold: float) -> list[Drop | None]:
    """Returns ``Drop("near:<origin>")`` where the Jaccard similarity of word triples reaches the threshold.

    Every pair is found (no hashing): ``families.similarity_join`` is exact.
    """
    texts = [*known.texts, *(candidate.text for candidate in candidates)]
    pairs: dict[int, list[int]] = {}
    for pair in similarity_join([_shingles(text) for text in texts], threshold):
        pairs.setdefault(pair.second, []).append(pair.first)
    return _first_stays(texts, known, pairs, "near")


def semantic(
    candidates: Sequence[Candidate], known: KnownTexts, threshold: float, embed: Embedder
) -> list[Drop | None]:
    """Returns ``Drop("semantic:<origin>")`` where the cosine similarity reaches the threshold."""
    import numpy as np

    texts = [*known.texts, *(candidate.text for candidate in candidates)]
    vectors = embed(texts)
    if vectors.shape[1] == 0:
        return [None] * len(candidates)
    start, pairs = len(known.texts), dict[int, list[int]]()
    for index in range(start, len(texts)):
        similar = np.flatnonzero(vectors[:index] @ vectors[index] >= threshold)
        if similar.size:
            pairs[index] = [int(place) for place in similar]
    return _first_stays(texts, known, pairs, "semantic")


def _first_stays(
    texts: Sequence[str], known: KnownTexts, pairs: dict[int, list[int]], word: str
) -> list[Drop | None]:
    start = len(known.texts)
    gone: set[int] = set()
    decisions: list[Drop | None] = []
    for index in range(start, len(texts)):
        partner = next((place for place in sorted(pairs.get(index, [])) if place not in gone), None)
        if partner is None:
            decisions.append(None)
            continue
        gone.add(index)
        origin = known.origins[partner] if partner < start else "this-batch"
        decisions.append(Drop(f"{word}:{origin}", texts[partner]))
    return decisions


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    if len(words) <= _SHINGLE_WORDS:
        return frozenset({tuple(words)}) if words else frozenset()
    return frozenset(
        tuple(words[place : place + _SHINGLE_WORDS]) for place in range(len(words) - _SHINGLE_WORDS + 1)
    )
