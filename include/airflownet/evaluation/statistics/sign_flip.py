"""A paired test that knows families: under no difference each family's sum may as well have the other sign.

The randomisation test of R. A. Fisher (1935), The Design of Experiments, section 21, with families in place
of single pairs. It holds for means of any values, for several answers per prompt, and for families of any
size. Exact up to 2^14 sign patterns, else drawn with a seed (PCG64 of numpy).
"""

from __future__ import annotations

from collections.abc import Sequence

_EXACT_FAMILIES = 14
_BLOCK = 2_000_000


def sign_flip_p(
    differences: Sequence[float], families: Sequence[str], *, n_draws: int = 10_000, seed: int = 0
) -> float:
    """Returns the two-sided p-value; 1.0 when no family differs.

    Raises:
        ValueError: no differences, or not one family per difference.
    """
    import numpy as np

    if not differences or len(differences) != len(families):
        raise ValueError(f"need one family per difference, got {len(differences)} and {len(families)}")
    sums: dict[str, float] = {}
    for value, family in zip(differences, families, strict=True):
        sums[family] = sums.get(family, 0.0) + value
    totals = np.array([sums[name] for name in sorted(sums) if sums[name] != 0.0])
    if not len(totals):
        return 1.0
    seen = abs(totals.sum()) - 1e-9
    if len(totals) <= _EXACT_FAMILIES:
        patterns = (np.arange(2 ** len(totals))[:, None] >> np.arange(len(totals))) & 1
        return float((np.abs((1 - 2 * patterns) @ totals) >= seen).mean())
    generator = np.random.Generator(np.random.PCG64(seed))
    block = max(1, _BLOCK // len(totals))
    hits = 0
    for start in range(0, n_draws, block):
        rows = min(block, n_draws - start)
        signs = 1 - 2 * generator.integers(0, 2, size=(rows, len(totals)))
        hits += int((np.abs(signs @ totals) >= seen).sum())
    return (hits + 1) / (n_draws + 1)
