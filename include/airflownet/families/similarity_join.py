"""All pairs of sets whose Jaccard similarity reaches a threshold: exact, nothing is missed.

Prefix filtering with the elements ordered from rare to common: two sets that are similar enough must share
one of their first few elements. Bayardo, Ma, Srikant: Scaling Up All Pairs Similarity Search, WWW 2007;
index and probe prefixes are those of Xiao et al.: Efficient Similarity Joins for Near Duplicate Detection
(PPJoin), WWW 2008. Unlike MinHash with LSH the recall is 1.0, and every pair is verified on the sets.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_EPSILON = 1e-9  # 0.7 * 10 is 7.000000000000001 in floating point: a bound must not be rounded past it.
_BUCKETS = 512
_LARGEST_TABLE = 1 << 26


@dataclass(frozen=True, slots=True, order=True)
class SimilarPair:
    """Two sets by their place in the input, the smaller first."""

    first: int
    second: int
    jaccard: float


@dataclass(frozen=True, slots=True)
class Partners:
    """One set and those before it (in order of size) that reach the threshold with it."""

    index: int
    others: NDArray[np.int64]
    jaccards: NDArray[np.float64]


def jaccard(a: AbstractSet[Hashable], b: AbstractSet[Hashable]) -> float:
    """Returns the size of the intersection over the size of the union; 0 for two empty sets."""
    shared = len(a & b)
    union = len(a) + len(b) - shared
    return shared / union if union else 0.0


def similarity_join(sets: Sequence[AbstractSet[Any]], threshold: float) -> list[SimilarPair]:
    """Returns every pair with ``jaccard >= threshold``, sorted; ``threshold`` in (0, 1].

    For sets of any hashable elements; ``similar_partners`` is the same for arrays of hashes, in less memory.
    """
    numbers: dict[Any, int] = {}
    arrays = []
    for elements in sets:
        row = [numbers.setdefault(element, len(numbers)) for element in elements]
        arrays.append(np.unique(np.array(row, dtype=np.uint64)))
    pairs = []
    for found in similar_partners(arrays, threshold):
        for other, similarity in zip(found.others.tolist(), found.jaccards.tolist(), strict=True):
            pairs.append(SimilarPair(min(found.index, other), max(found.index, other), similarity))
    return sorted(pairs)


def similar_partners(sets: Sequence[NDArray[np.uint64]], threshold: float) -> Iterator[Partners]:
    """Yields for each set, from small to large, its partners among the smaller ones.

    Args:
        sets: arrays of distinct values, ascending; values should be spread over 64 bits for speed.
        threshold: least Jaccard similarity, in (0, 1].
    """
    order = sorted((i for i in range(len(sets)) if len(sets[i])), key=lambda i: (len(sets[i]), i))
    if len(order) < 2:
        return
    rows = [sets[index] for index in order]
    index = _PrefixIndex(rows, threshold)
    places = np.array(order, dtype=np.int64)
    for number in range(len(rows)):
        candidates = index.candidates(number)
        if len(candidates):
            similarities = _jaccards(rows[number], [rows[candidate] for candidate in candidates])
            keep = similarities >= threshold
            if keep.any():
                others = places[candidates[keep]]
                rising = np.argsort(others)
                yield Partners(order[number], others[rising], similarities[keep][rising])
        index.add(number)


class _PrefixIndex:
    """Finds the smaller sets that could reach the threshold with one set; rows are in order of size."""

    def __init__(self, rows: Sequence[NDArray[np.uint64]], threshold: float) -> None:
        self._threshold = threshold
        self._sizes = np.array([len(row) for row in rows], dtype=np.int64)
        self._counts = _approximate_counts(rows, int(self._sizes.sum()))
        self._rows = rows
        self._profiles = _profiles(rows)
        prefixes = [self._prefix(row, 2 * threshold / (1 + threshold)) for row in rows]
        owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(prefix) for prefix in prefixes])
        elements = np.concatenate(prefixes)
        by_element = np.lexsort((owners, elements))
        self._elements, starts = np.unique(elements[by_element], return_index=True)
        self._starts = starts.astype(np.int64)
        self._owners = owners[by_element]
        self._filled = np.zeros(len(self._elements), dtype=np.int64)
        self._prefixes: list[NDArray[np.int64]] = [
            np.searchsorted(self._elements, prefix).astype(np.int64) for prefix in prefixes
        ]

    def _prefix(self, row: NDArray[np.uint64], share: float) -> NDArray[np.uint64]:
        """Returns the rarest elements of a row that another may have too, all but ``share`` of it."""
        counts = self._counts[row & np.uint64(len(self._counts) - 1)]
        length = len(row) - _ceil(share * len(row)) + 1
        if length < len(row):
            chosen = np.lexsort((row, counts))[:length]
            row, counts = row[chosen], counts[chosen]
        shared: NDArray[np.uint64] = row[counts > 1]
        return shared

    def add(self, number: int) -> None:
        """Makes a row findable for those that follow."""
        self._filled[self._prefixes[number]] += 1

    def candidates(self, number: int) -> NDArray[np.int64]:
        """Returns the earlier rows whose similarity with this one may reach the threshold, ascending."""
        row = self._rows[number]
        probe = self._prefix(row, self._threshold)
        if not len(self._elements) or not len(probe):
            return np.empty(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._elements, probe), len(self._elements) - 1)
        at = at[self._elements[at] == probe]
        lengths = self._filled[at]
        found = self._owners[_ranges(self._starts[at], lengths)]
        smallest = _ceil(self._threshold * len(row))
        lowest = int(np.searchsorted(self._sizes, smallest))
        found = np.unique(found[found >= lowest]).astype(np.int64)
        if len(found):
            shared_at_most = np.minimum(self._profiles[found], self._profiles[number]).sum(axis=1)
            needed = self._threshold / (1 + self._threshold) * (self._sizes[found] + len(row))
            possible: NDArray[np.int64] = found[shared_at_most >= needed - _EPSILON * len(row)]
            return possible
        return np.empty(0, dtype=np.int64)


def _approximate_counts(rows: Sequence[NDArray[np.uint64]], n_elements: int) -> NDArray[np.uint32]:
    """Returns in how many rows the elements of each bucket occur: at least the true number of each.

    Any order of the elements gives a correct join; a nearly rare-first one gives a fast join.
    """
    size = min(1 << max(n_elements * 2, 16).bit_length(), _LARGEST_TABLE)
    counts = np.zeros(size, dtype=np.uint32)
    for row in rows:
        counts[row & np.uint64(size - 1)] += 1
    return counts


def _profiles(rows: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint16]:
    """Returns how many elements of each row fall into each bucket: bounds what two rows can share."""
    profiles = np.zeros((len(rows), _BUCKETS), dtype=np.uint16)
    for number, row in enumerate(rows):
        buckets = (row >> np.uint64(7)) & np.uint64(_BUCKETS - 1)
        filled = np.bincount(buckets.astype(np.int64), minlength=_BUCKETS)
        profiles[number] = np.minimum(filled, np.iinfo(np.uint16).max)
    return profiles


def _ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns ``start, start + 1, ...`` of each range, one after the other."""
    offsets = np.cumsum(lengths) - lengths
    places: NDArray[np.int64] = np.arange(int(lengths.sum()), dtype=np.int64)
    places += np.repeat(starts - offsets, lengths)
    return places


def _jaccards(row: NDArray[np.uint64], others: Sequence[NDArray[np.uint64]]) -> NDArray[np.float64]:
    sizes = np.array([len(other) for other in others], dtype=np.int64)
    elements = np.concatenate(others)
    at = np.minimum(np.searchsorted(row, elements), len(row) - 1)
    shared = np.add.reduceat((row[at] == elements).astype(np.int64), np.cumsum(sizes) - sizes)
    union = sizes + len(row) - shared
    ratios: NDArray[np.float64] = shared / union
    return ratios


def _ceil(value: float) -> int:
    return math.ceil(value - _EPSILON)
