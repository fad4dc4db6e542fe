"""How many prompts it takes to see a difference of two paired proportions.

R. J. Connor (1987), Sample size for testing differences in proportions for the paired-sample design,
Biometrics 43, 207-211. With d the share of prompts on which the two models disagree and D the difference,
n = (z(1 - alpha/2) sqrt(d) + z(power) sqrt(d - D^2))^2 / D^2; times the design effect of families.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist


def prompts_needed(
    difference: float,
    disagreement: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    design_effect: float = 1.0,
) -> int:
    """Returns the number of prompts, rounded up.

    Args:
        difference: to be seen, above 0, for example 0.05 for five points.
        disagreement: share of prompts on which exactly one of the two succeeds; at least ``difference`` is
            taken.
        alpha: two-sided level.
        power: chance to see it.
        design_effect: how much less a prompt tells because others are of its family; 1 when none is.

    Raises:
        ValueError: a share is not within (0, 1], or the design effect is below 1.
    """
    if not (0 < difference <= 1 and 0 <= disagreement <= 1 and 0 < alpha < 1 and 0 < power < 1):
        raise ValueError(
            f"shares must lie within 0 and 1, got {difference}, {disagreement}, {alpha}, {power}"
        )
    if design_effect < 1:
        raise ValueError(f"a design effect is at least 1, got {design_effect}")
    disagree = max(disagreement, difference)
    normal = NormalDist()
    root = normal.inv_cdf(1 - alpha / 2) * math.sqrt(disagree)
    root += normal.inv_cdf(power) * math.sqrt(disagree - difference**2)
    return math.ceil(design_effect * (root / difference) ** 2)


def design_effect(values: Sequence[float], families: Sequence[str]) -> float:
    """Returns the variance of the mean with whole families drawn, over that with prompts drawn; at least 1.

    L. Kish (1965), Survey Sampling, section 5.4; the cluster variance is that of the ratio estimator.
    """
    n = len(values)
    if n < 2:
        return 1.0
    mean = sum(values) / n
    plain = sum((value - mean) ** 2 for value in values)
    if plain == 0:
        return 1.0
    sums: dict[str, float] = {}
    for value, family in zip(values, families, strict=True):
        sums[family] = sums.get(family, 0.0) + value - mean
    return max(1.0, sum(total**2 for total in sums.values()) / plain)
