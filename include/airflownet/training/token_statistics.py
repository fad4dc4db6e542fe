"""How long the rows of a dataset are in the base's tokens, and how many a limit keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def token_statistics(kept: Sequence[int], too_long: Sequence[int], n_labels: int) -> dict[str, Any]:
    """Returns the figures of one split.

    Args:
        kept: tokens of each row within the limit.
        too_long: tokens of each row over it.
        n_labels: tokens of the kept rows that are learned.

    Returns:
        ``rows``, ``over_max_length``, ``tokens`` and ``answer_share`` of the kept rows; ``median``, ``p90``
        and ``longest`` of all rows, in tokens.
    """
    lengths = sorted([*kept, *too_long])
    total = sum(kept)

    def at(share: float) -> int:
        return lengths[min(len(lengths) - 1, int(len(lengths) * share))] if lengths else 0

    return {
        "rows": len(kept),
        "over_max_length": len(too_long),
        "tokens": total,
        "answer_share": round(n_labels / total, 4) if total else 0.0,
        "median": at(0.5),
        "p90": at(0.9),
        "longest": at(1.0),
    }
