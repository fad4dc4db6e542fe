"""Does the judge agree with itself? Fleiss' kappa over repeated gradings.

Source: Fleiss (1971), Measuring nominal scale agreement among many raters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well the repeats agree on one question."""

    n_items: int
    """Answers with at least two gradings, cut to equally many each."""
    n_repeats: int
    share: float | None
    """Pairs of gradings that agree; None without items."""
    kappa: float | None
    """Agreement beyond chance; None without items, or when all gradings are the same category."""


def fleiss(ratings: Sequence[Sequence[Hashable]]) -> Agreement:
    """Returns the agreement of several ratings of each item; items need equally many, at least two.

    Raises:
        ValueError: they do not.
    """
    if not ratings:
        return Agreement(0, 0, None, None)
    n = len(ratings[0])
    if n < 2 or any(len(row) != n for row in ratings):
        raise ValueError("every item needs the same number of ratings, two or more")
    totals: Counter[Hashable] = Counter()
    agreeing = 0
    for row in ratings:
        counts = Counter(row)
        totals.update(counts)
        agreeing += sum(count * (count - 1) for count in counts.values())
    share = agreeing / (len(ratings) * n * (n - 1))
    by_chance = sum((count / (len(ratings) * n)) ** 2 for count in totals.values())
    # One category throughout: agreement by chance is certain, kappa is 0/0.
    kappa = None if len(totals) == 1 else (share - by_chance) / (1 - by_chance)
    return Agreement(len(ratings), n, share, kappa)
