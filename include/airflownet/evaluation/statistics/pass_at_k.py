"""pass@k and pass^k from n answers to a prompt of which c are good, without bias.

pass@k: the chance that at least one of k answers drawn without replacement is good; M. Chen et al. (2021),
Evaluating large language models trained on code, arXiv 2107.03374, equation 1. pass^k: the chance that all k
are good; S. Yao et al. (2024), tau-bench, arXiv 2406.12045, section 3.
"""

from __future__ import annotations

from math import comb


def pass_at_k(n: int, c: int, k: int) -> float:
    """Returns the unbiased estimate of "at least one of k is good".

    Raises:
        ValueError: not ``0 <= c <= n`` and ``1 <= k <= n``.
    """
    _check(n, c, k)
    return 1.0 - comb(n - c, k) / comb(n, k)


def pass_hat_k(n: int, c: int, k: int) -> float:
    """Returns the unbiased estimate of "all of k are good".

    Raises:
        ValueError: not ``0 <= c <= n`` and ``1 <= k <= n``.
    """
    _check(n, c, k)
    return comb(c, k) / comb(n, k)


def _check(n: int, c: int, k: int) -> None:
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"need 0 <= c <= n and 1 <= k <= n, got n={n}, c={c}, k={k}")
