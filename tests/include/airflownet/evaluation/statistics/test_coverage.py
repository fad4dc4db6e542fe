"""How often the intervals hold the truth, by simulation: as often as they promise, also in families."""

import numpy as np
import pytest

from airflownet.evaluation.statistics.paired_comparison import paired_comparison
from airflownet.evaluation.statistics.proportion import IntervalSettings, proportion

SETTINGS = IntervalSettings(0.95, 400, 3)
RUNS = 250


def families_of(random, n_families, rates, spread):
    """(flags per model, family names) of answers in families of one to four, whose rates differ by spread."""
    flags, names = [], []
    for family in range(n_families):
        shift = random.normal(scale=spread)
        for _ in range(random.integers(1, 5)):
            flags.append([random.random() < min(max(rate + shift, 0), 1) for rate in rates])
            names.append(str(family))
    return flags, names


@pytest.mark.parametrize(
    ("rate", "spread"),
    [
        pytest.param(0.5, 0.0, id="independent"),
        pytest.param(0.5, 0.3, id="in-families"),
        pytest.param(0.05, 0.0, id="rare"),
    ],
)
def test_rates(rate, spread):
    random = np.random.default_rng(17)
    truth = np.mean(
        [f for f, _ in (families_of(random, 1, [rate], spread) for _ in range(20_000)) for f in f]
    )
    held = 0
    for _ in range(RUNS):
        flags, names = families_of(random, 50, [rate], spread)
        found = proportion([one for (one,) in flags], names, SETTINGS)
        held += found.low <= truth <= found.high
    assert held / RUNS >= 0.93


@pytest.mark.parametrize("spread", [0.0, 0.3], ids=["independent", "in-families"])
def test_paired_differences_and_false_alarms(spread):
    random = np.random.default_rng(19)
    held = alarms = 0
    for _ in range(RUNS):
        flags, names = families_of(random, 50, [0.4, 0.4], spread)
        found = paired_comparison("a", "b", [tuple(one) for one in flags], names, SETTINGS)
        held += found.low <= 0 <= found.high
        alarms += found.is_distinguishable
    assert held / RUNS >= 0.93
    assert alarms / RUNS <= 0.06
