"""A rate with its interval: the wider, at each end, of Wilson's and the bootstrap by family.

Wilson's interval takes the answers for independent; the bootstrap knows that files of one family are
alike, but shrinks to a point when every family has the same rate. The hull of both is never narrower
than either, so it promises no more than the data hold. Where all answers are equal the bootstrap cannot
see how alike those of a family are; then families are counted in Wilson's interval, not answers: a hundred
equal answers to one prompt are one observation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airflownet.evaluation.statistics.cluster_bootstrap import cluster_bootstrap_interval
from airflownet.evaluation.statistics.wilson import wilson_interval


@dataclass(frozen=True, slots=True)
class IntervalSettings:
    """How intervals are computed."""

    confidence: float
    n_resamples: int
    seed: int


@dataclass(frozen=True, slots=True)
class Proportion:
    """``count`` of ``n`` answers; all rates and bounds are between 0 and 1."""

    count: int
    n: int
    rate: float
    low: float
    high: float
    wilson_low: float
    wilson_high: float
    family_low: float
    family_high: float
    n_families: int = 0
    """Families that the answers are of; 0 in records of an earlier version, which did not keep it."""

    @property
    def has_interval(self) -> bool:
        """False for answers of one family: they are alike, and tell nothing of other families."""
        return self.n_families != 1


def family_interval(
    values: Sequence[float], families: Sequence[str], settings: IntervalSettings
) -> tuple[float, float]:
    """Returns the bootstrap interval of the mean of ``values``; ``families`` names the family of each.

    Raises:
        ValueError: there are no values, or not one family per value.
    """
    return cluster_bootstrap_interval(
        values,
        families,
        confidence=settings.confidence,
        n_resamples=settings.n_resamples,
        seed=settings.seed,
    )


def proportion(flags: Sequence[bool], families: Sequence[str], settings: IntervalSettings) -> Proportion:
    """Returns the share of true flags; ``families`` names the family of each.

    Raises:
        ValueError: there are no flags, or not one family per flag.
    """
    count, n = sum(flags), len(flags)
    n_families = len(set(families))
    equal = n_families if count == n else 0
    wilson_low, wilson_high = (
        wilson_interval(equal, n_families, settings.confidence)
        if count in (0, n)
        else wilson_interval(count, n, settings.confidence)
    )
    family_low, family_high = family_interval([float(flag) for flag in flags], families, settings)
    return Proportion(
        count=count,
        n=n,
        rate=count / n,
        low=min(wilson_low, family_low),
        high=max(wilson_high, family_high),
        wilson_low=wilson_low,
        wilson_high=wilson_high,
        family_low=family_low,
        family_high=family_high,
        n_families=n_families,
    )
