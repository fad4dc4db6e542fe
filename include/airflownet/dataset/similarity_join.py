"""All pairs of sets whose Jaccard similarity reaches a threshold: exact, nothing is missed.

Prefix filtering with the elements ordered from rare to common: two sets that are similar enough must share
one of their first few elements. Bayardo, Ma, Srikant: Scaling Up All Pairs Similarity Search, WWW 2007; the
positional filter is from Xiao et al.: Efficient Similarity Joins for Near Duplicate Detection (PPJoin),
WWW 2008. Unlike MinHash with LSH the recall is 1.0, and every pair is verified on the sets themselves.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

_EPSILON = 1e-9  # 0.7 * 10 is 7.000000000000001 in floating point: a bound must not be rounded past it.


@dataclass(frozen=True, slots=True, order=True)
class SimilarPair:
    """Two sets by their place in the input, the smaller first."""

    first: int
    second: int
    jaccard: float


def jaccard(a: AbstractSet[Hashable], b: AbstractSet[Hashable]) -> float:
    """Returns the size of the intersection over the size of the union; 0 for two empty sets."""
    shared = len(a & b)
    union = len(a) + len(b) - shared
    return shared / union if union else 0.0


def similarity_join(sets: Sequence[frozenset[tuple[str, ...]]], threshold: float) -> list[SimilarPair]:
    """Returns every pair with ``jaccard >= threshold``, sorted; ``threshold`` in (0, 1]."""
    rows = _rare_first(sets)
    order = sorted((index for index in range(len(rows)) if rows[index]), key=lambda i: (len(rows[i]), i))
    seen: dict[int, list[tuple[int, int]]] = defaultdict(list)
    pairs = []
    for index in order:
        row = rows[index]
        prefix = row[: len(row) - _ceil(threshold * len(row)) + 1]
        for candidate in _candidates(rows, index, prefix, seen, threshold):
            similarity = jaccard(sets[index], sets[candidate])
            if similarity >= threshold:
                pairs.append(SimilarPair(min(index, candidate), max(index, candidate), similarity))
        for position, element in enumerate(prefix):
            seen[element].append((index, position))
    return sorted(pairs)


def _rare_first(sets: Sequence[frozenset[tuple[str, ...]]]) -> list[list[int]]:
    """Returns each set as ascending numbers; the number of an element is its rank from rare to common."""
    frequency = Counter(element for elements in sets for element in elements)
    ranked = sorted(frequency, key=lambda element: (frequency[element], element))
    rank = {element: number for number, element in enumerate(ranked)}
    return [sorted(rank[element] for element in elements) for elements in sets]


def _candidates(
    rows: list[list[int]],
    index: int,
    prefix: list[int],
    seen: dict[int, list[tuple[int, int]]],
    threshold: float,
) -> list[int]:
    """Returns the earlier, not larger rows that could reach the threshold with this one."""
    size = len(rows[index])
    smallest = _ceil(threshold * size)
    overlap: dict[int, int] = {}
    pruned = -1
    for position, element in enumerate(prefix):
        for other, other_position in seen.get(element, ()):
            other_size = len(rows[other])
            if other_size < smallest or overlap.get(other) == pruned:
                continue
            needed = _ceil(threshold / (1 + threshold) * (size + other_size))
            shared = overlap.get(other, 0)
            possible = shared + 1 + min(size - position - 1, other_size - other_position - 1)
            overlap[other] = shared + 1 if possible >= needed else pruned
    return sorted(other for other, shared in overlap.items() if shared != pruned)


def _ceil(value: float) -> int:
    return math.ceil(value - _EPSILON)
