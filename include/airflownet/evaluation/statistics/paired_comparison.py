"""Two models on the same prompts: difference, interval, pairs that disagree, exact p-value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from airflownet.evaluation.statistics.mcnemar import mcnemar_exact_p
from airflownet.evaluation.statistics.paired_difference import (
    equal_difference_interval,
    paired_difference_interval,
)
from airflownet.evaluation.statistics.proportion import IntervalSettings, family_interval
from airflownet.evaluation.statistics.sign_flip import sign_flip_p


@dataclass(frozen=True, slots=True)
class PairedComparison:
    """rate(first) - rate(second) over pairs of answers to the same prompt."""

    first: str
    second: str
    n_pairs: int
    n_families: int
    difference: float
    low: float
    """The lower of the score interval's and the family bootstrap's lower bound."""
    high: float
    score_low: float
    score_high: float
    family_low: float
    family_high: float
    both: int
    first_only: int
    second_only: int
    neither: int
    mcnemar_p: float
    is_distinguishable: bool
    """True when the interval leaves out zero and both p-values are below 1 - confidence: as everywhere
    in a comparison. Never of one family."""
    family_p: float = 1.0
    """Sign flips of whole families."""

    @property
    def p(self) -> float:
        """The larger of both p-values."""
        return max(self.mcnemar_p, self.family_p)

    @property
    def has_interval(self) -> bool:
        """False for pairs of one family."""
        return self.n_families != 1


def paired_comparison(
    first: str,
    second: str,
    pairs: Sequence[tuple[bool, bool]],
    families: Sequence[str],
    settings: IntervalSettings,
) -> PairedComparison:
    """Returns the comparison of ``pairs`` of (first, second) flags; ``families`` names each pair's family.

    Raises:
        ValueError: there are no pairs, or not one family per pair.
    """
    counts = Counter(pairs)
    both, neither = counts[True, True], counts[False, False]
    first_only, second_only = counts[True, False], counts[False, True]
    gaps = [float(a) - float(b) for a, b in pairs]
    if min(gaps) == max(gaps):
        rates = (both + first_only) / len(pairs), (both + second_only) / len(pairs)
        score = equal_difference_interval(*rates, len(set(families)), settings.confidence)
    else:
        score = paired_difference_interval(both, first_only, second_only, neither, settings.confidence)
    family = family_interval(gaps, families, settings)
    low, high = min(score[0], family[0]), max(score[1], family[1])
    mcnemar_p = mcnemar_exact_p(first_only, second_only)
    family_p = sign_flip_p(gaps, families, n_draws=settings.n_resamples, seed=settings.seed)
    p = max(mcnemar_p, family_p)
    return PairedComparison(
        first=first,
        second=second,
        n_pairs=len(pairs),
        n_families=len(set(families)),
        difference=(first_only - second_only) / len(pairs),
        low=low,
        high=high,
        score_low=score[0],
        score_high=score[1],
        family_low=family[0],
        family_high=family[1],
        both=both,
        first_only=first_only,
        second_only=second_only,
        neither=neither,
        mcnemar_p=mcnemar_p,
        is_distinguishable=(low > 0 or high < 0) and p < 1 - settings.confidence,
        family_p=family_p,
    )
