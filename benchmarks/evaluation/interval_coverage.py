"""How often the report's 95% intervals hold the truth, and how often it calls chance a difference.

``python benchmarks/evaluation/interval_coverage.py [--runs 1000]``

Answers are drawn in families of one to four whose rates differ by a normal shift; the truth is the mean over
20,000 such families. Each setting (families, rate, spread) is drawn ``--runs`` times, with a seed.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

import numpy as np

from airflownet.evaluation.statistics.paired_comparison import paired_comparison
from airflownet.evaluation.statistics.proportion import IntervalSettings, proportion

FAMILIES = (20, 50, 150)
RATES = (0.05, 0.4, 0.9)
SPREADS = (0.0, 0.15, 0.3)
BETTER_BY = 0.1


def drawn(
    random: np.random.Generator, n_families: int, rates: Sequence[float], spread: float
) -> tuple[np.ndarray, list[str]]:
    """Returns (answers x models of flags, the family of each answer)."""
    sizes = random.integers(1, 5, n_families)
    shifts = np.repeat(random.normal(scale=spread, size=n_families), sizes)
    chances = np.clip(np.asarray(rates)[None, :] + shifts[:, None], 0, 1)
    flags = random.random(chances.shape) < chances
    return flags, [str(number) for number in np.repeat(np.arange(n_families), sizes)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    settings = IntervalSettings(0.95, given.resamples, given.seed)
    random = np.random.default_rng(given.seed)
    print("families  rate  spread  rate held  difference held  false alarms")
    told = []
    for n_families, rate, spread in itertools.product(FAMILIES, RATES, SPREADS):
        other = rate + BETTER_BY if rate < 0.5 else rate - BETTER_BY
        many, _ = drawn(random, 20_000, (rate, rate, other), spread)
        truth, gap = many[:, 0].mean(), many[:, 2].mean() - many[:, 1].mean()
        held = gap_held = alarms = 0
        for _ in range(given.runs):
            flags, names = drawn(random, n_families, (rate, rate, other), spread)
            mine, same, third = flags.T.tolist()
            found = proportion(mine, names, settings)
            held += found.low <= truth <= found.high
            apart = paired_comparison("c", "b", list(zip(third, same, strict=True)), names, settings)
            gap_held += apart.low <= gap <= apart.high
            alike = paired_comparison("a", "b", list(zip(mine, same, strict=True)), names, settings)
            alarms += alike.is_distinguishable
        shares = [100 * count / given.runs for count in (held, gap_held, alarms)]
        told.append(shares)
        print(f"{n_families:8}  {rate:4}  {spread:6}" + "".join(f"{share:12.1f}%" for share in shares))
        sys.stdout.flush()
    for name, column in zip(
        ("rate held", "difference held", "false alarms"), zip(*told, strict=True), strict=True
    ):
        print(f"{name}: {min(column):.1f}% to {max(column):.1f}%")


if __name__ == "__main__":
    main()
