"""The Jaccard similarity of one text with every text of a collection: exhaustive, no filter, no sampling.

The proof that splits do not leak uses this and not the join that made the families: shared shingles are
counted through an inverted index over all shingles, so every pair is looked at, also those of similarity 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from airflownet.families.shingles import Shingles


class Collection:
    """Texts as sets of shingles, with an inverted index; 12 bytes a shingle."""

    def __init__(self, rows: Sequence[Shingles]) -> None:
        self._sizes = np.array([len(row) for row in rows], dtype=np.int64)
        elements = np.concatenate([np.empty(0, dtype=np.uint64), *rows])
        owners = np.repeat(np.arange(len(rows), dtype=np.int32), self._sizes)
        by_element = np.argsort(elements, kind="stable")
        self._owners = owners[by_element]
        self._elements, starts = np.unique(elements[by_element], return_index=True)
        self._bounds = np.append(starts, len(elements)).astype(np.int64)

    def __len__(self) -> int:
        return len(self._sizes)

    def shared(self, row: Shingles) -> NDArray[np.int64]:
        """Returns how many shingles of ``row`` each text has, in the order of the collection."""
        if not len(self._elements) or not len(row):
            return np.zeros(len(self), dtype=np.int64)
        at = np.minimum(np.searchsorted(self._elements, row), len(self._elements) - 1)
        at = at[self._elements[at] == row]
        found = [self._owners[self._bounds[place] : self._bounds[place + 1]] for place in at]
        hits = np.concatenate(found) if found else np.empty(0, dtype=np.int32)
        return np.bincount(hits, minlength=len(self)).astype(np.int64)

    def jaccards(self, row: Shingles) -> NDArray[np.float64]:
        """Returns the Jaccard similarity with each text; 0 where either has no shingle."""
        shared = self.shared(row)
        union = np.maximum(self._sizes + len(row) - shared, 1)
        ratios: NDArray[np.float64] = shared / union
        return ratios

    def containments(self, row: Shingles) -> NDArray[np.float64]:
        """Returns which share of ``row`` stands in each text (Broder 1997)."""
        shares: NDArray[np.float64] = self.shared(row) / max(len(row), 1)
        return shares
