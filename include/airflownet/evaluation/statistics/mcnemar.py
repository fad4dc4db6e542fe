"""McNemar's test of two paired proportions, exact.

Q. McNemar (1947), Note on the sampling error of the difference between correlated proportions or
percentages, Psychometrika 12, 153-157. Under no difference the pairs that disagree fall either way
like a fair coin; the p-value is the binomial sum over integers, so no approximation enters.
"""

from __future__ import annotations


def mcnemar_exact_p(first_only: int, second_only: int) -> float:
    """Returns the two-sided p-value from the counts of the pairs that disagree; 1.0 when none does.

    Raises:
        ValueError: a count is negative.
    """
    if min(first_only, second_only) < 0:
        raise ValueError(f"counts must not be negative, got {first_only} and {second_only}")
    n = first_only + second_only
    tail, coefficient = 0, 1
    for k in range(min(first_only, second_only) + 1):
        tail += coefficient
        coefficient = coefficient * (n - k) // (k + 1)
    return 1.0 if 2 * tail >= 2**n else 2 * tail / 2**n
