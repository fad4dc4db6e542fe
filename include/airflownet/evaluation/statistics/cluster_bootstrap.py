"""Percentile bootstrap that draws whole families, because near-identical files do not count twice.

A. C. Davison and D. V. Hinkley (1997), Bootstrap Methods and their Application, section 3.8; C. A. Field
and A. H. Welsh (2007), Bootstrapping clustered data, Journal of the Royal Statistical Society B 69,
369-390. The expanded percentile interval of T. C. Hesterberg (2015), What teachers should know about the
bootstrap, The American Statistician 69, 371-386, widens it for few clusters. Seeded: PCG64 of numpy, so
equal input gives an equal interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

_CELLS_PER_BLOCK = 2_000_000
_KEPT_CELLS = 4_000_000
"""Draws of at most so many cells (32 MB) are kept: a report asks for hundreds of intervals of one set."""


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
    if min(values) == max(values):
        return float(values[0]), float(values[0])
    sums: dict[str, float] = {}
    sizes: dict[str, int] = {}
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] = sums.get(cluster, 0.0) + value
        sizes[cluster] = sizes.get(cluster, 0) + 1
    names = sorted(sums)
    total = np.array([sums[name] for name in names], dtype=np.float64)
    size = np.array([sizes[name] for name in names], dtype=np.float64)
    if n_resamples * len(names) <= _KEPT_CELLS:
        drawn = _draws(len(names), n_resamples, seed)
        means = (drawn @ total) / (drawn @ size)
    else:
        means = np.concatenate(
            [(block @ total) / (block @ size) for block in _blocks_of_draws(len(names), n_resamples, seed)]
        )
    tail = _expanded_tail((1 - confidence) / 2, len(names))
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def _expanded_tail(tail: float, n_clusters: int) -> float:
    """Returns the tail that makes up for few clusters: Student's t and the bias of a resample's variance.

    The quantile of t is its expansion in 1/df: R. A. Fisher and E. A. Cornish (1960), Technometrics 2,
    209-225.
    """
    if n_clusters < 3:
        return tail
    df = n_clusters - 1
    z = NormalDist().inv_cdf(1 - tail)
    t = z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
    return 1 - NormalDist().cdf(t * math.sqrt(n_clusters / df))


def _blocks_of_draws(n_clusters: int, n_resamples: int, seed: int) -> Iterator[NDArray[float64]]:
    """Yields how often each resample (row) holds each cluster (column), in blocks of bounded size."""
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(seed))
    block = max(1, _CELLS_PER_BLOCK // n_clusters)
    for start in range(0, n_resamples, block):
        rows = min(block, n_resamples - start)
        drawn = generator.integers(0, n_clusters, size=(rows, n_clusters))
        drawn += n_clusters * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * n_clusters)
        yield counts.reshape(rows, n_clusters).astype(np.float64)


@lru_cache(maxsize=4)
def _draws(n_clusters: int, n_resamples: int, seed: int) -> NDArray[float64]:
    import numpy as np

    return np.concatenate(list(_blocks_of_draws(n_clusters, n_resamples, seed)))
