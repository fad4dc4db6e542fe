"""Newcombe's score interval for the difference of two paired proportions (his method 10).

R. G. Newcombe (1998), Improved confidence intervals for the difference between binomial proportions
based on paired data, Statistics in Medicine 17, 2635-2650. It keeps a width when no pair disagrees,
where the usual interval shrinks to a point and claims a certainty that nobody has.
"""

from __future__ import annotations

import math

from airflownet.evaluation.statistics.wilson import wilson_interval


def _correlation(both: int, first_only: int, second_only: int, neither: int) -> float:
    """Returns phi with Newcombe's continuity correction; 0 where a margin is empty."""
    margins = (both + first_only) * (second_only + neither) * (both + second_only) * (first_only + neither)
    if margins == 0:
        return 0.0
    n = both + first_only + second_only + neither
    cross = both * neither - first_only * second_only
    corrected = cross if cross < 0 else max(cross - n / 2, 0.0)
    return corrected / math.sqrt(margins)


def paired_difference_interval(
    both: int, first_only: int, second_only: int, neither: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Returns (low, high) for rate(first) - rate(second) from the four counts of pairs.

    Raises:
        ValueError: a count is negative, or there is no pair.
    """
    n = both + first_only + second_only + neither
    if min(both, first_only, second_only, neither) < 0 or n == 0:
        raise ValueError(f"need counts >= 0 and one pair, got {(both, first_only, second_only, neither)}")
    p1, p2 = (both + first_only) / n, (both + second_only) / n
    low1, high1 = wilson_interval(both + first_only, n, confidence)
    low2, high2 = wilson_interval(both + second_only, n, confidence)
    phi = _correlation(both, first_only, second_only, neither)
    down1, up1, down2, up2 = p1 - low1, high1 - p1, p2 - low2, high2 - p2
    below = math.sqrt(max(0.0, down1 * down1 - 2 * phi * down1 * up2 + up2 * up2))
    above = math.sqrt(max(0.0, up1 * up1 - 2 * phi * up1 * down2 + down2 * down2))
    return max(-1.0, p1 - p2 - below), min(1.0, p1 - p2 + above)


def equal_difference_interval(
    first: float, second: float, n_families: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Returns the interval where every prompt shows the same difference: families are counted as pairs.

    A bootstrap of equal values has no width, and how alike the prompts of a family are cannot be seen.

    Args:
        first: rate of the first model, between 0 and 1.
        second: rate of the second.
        n_families: families the prompts are of, at least 1.
        confidence: of the interval.
    """
    both = round(n_families * min(first, second))
    first_only = round(n_families * max(0.0, first - second))
    second_only = round(n_families * max(0.0, second - first))
    neither = max(0, n_families - both - first_only - second_only)
    return paired_difference_interval(both, first_only, second_only, neither, confidence)
