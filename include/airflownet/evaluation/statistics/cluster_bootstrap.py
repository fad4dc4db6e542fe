"""Percentile bootstrap that draws whole families, because near-identical files do not count twice.

A. C. Davison and D. V. Hinkley (1997), Bootstrap Methods and their Application, section 3.8; C. A. Field
and A. H. Welsh (2007), Bootstrapping clustered data, Journal of the Royal Statistical Society B 69,
369-390. Seeded: PCG64 of numpy, so equal input gives an equal interval.
"""

from __future__ import annotations

from collections.abc import Sequence

_CELLS_PER_BLOCK = 2_000_000


def cluster_bootstrap_interval(
    values: Sequence[float],
    clusters: Sequence[str],
    *,
    confidence: float = 0.95,
    n_resamples: int = 10_000,
    seed: int = 0,
) -> tuple[float, float]:
    """Returns (low, high) for the mean of ``values``, resampling clusters with replacement.

    The order of the values does not matter: clusters are sorted first. With one cluster, or equal means
    in all of them, the interval is a point; callers must not read that as certainty.

    Raises:
        ValueError: no values, or not one cluster per value.
    """
    import numpy as np

    if not values or len(values) != len(clusters):
        raise ValueError(f"need one cluster per value, got {len(values)} values, {len(clusters)} clusters")
    sums: dict[str, float] = {}
    sizes: dict[str, int] = {}
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] = sums.get(cluster, 0.0) + value
        sizes[cluster] = sizes.get(cluster, 0) + 1
    names = sorted(sums)
    total = np.array([sums[name] for name in names], dtype=np.float64)
    size = np.array([sizes[name] for name in names], dtype=np.float64)
    generator = np.random.Generator(np.random.PCG64(seed))
    means = np.empty(n_resamples)
    block = max(1, _CELLS_PER_BLOCK // len(names))
    for start in range(0, n_resamples, block):
        rows = min(block, n_resamples - start)
        drawn = generator.integers(0, len(names), size=(rows, len(names)))
        means[start : start + rows] = total[drawn].sum(axis=1) / size[drawn].sum(axis=1)
    tail = (1 - confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)
