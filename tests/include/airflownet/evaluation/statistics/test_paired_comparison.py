import pytest

from airflownet.evaluation.statistics.paired_comparison import paired_comparison
from airflownet.evaluation.statistics.proportion import IntervalSettings

SETTINGS = IntervalSettings(confidence=0.95, n_resamples=2000, seed=3)


def compare(both, first_only, second_only, neither, family_size=1):
    pairs = (
        [(True, True)] * both
        + [(True, False)] * first_only
        + [(False, True)] * second_only
        + [(False, False)] * neither
    )
    families = [str(number // family_size) for number in range(len(pairs))]
    return paired_comparison("tuned", "base", pairs, families, SETTINGS)


def test_counts_and_difference():
    found = compare(3, 10, 2, 25)
    assert (found.both, found.first_only, found.second_only, found.neither) == (3, 10, 2, 25)
    assert found.difference == pytest.approx((13 - 5) / 40)
    assert found.low <= found.score_low
    assert found.high >= found.score_high
    assert found.low <= found.family_low
    assert found.high >= found.family_high


def test_equal_differences_count_families_not_prompts():
    assert compare(0, 0, 0, 40, 4).low == compare(0, 0, 0, 10).low < compare(0, 0, 0, 40).low < 0
    assert compare(0, 40, 0, 0, 4).low == compare(0, 10, 0, 0).low < 1


@pytest.mark.parametrize(
    ("counts", "family_size", "expected"),
    [
        pytest.param((0, 20, 1, 30), 1, True, id="clear-gain"),
        pytest.param((0, 1, 20, 30), 1, True, id="clear-loss"),
        pytest.param((0, 0, 0, 50), 1, False, id="nothing-loads"),
        pytest.param((5, 4, 2, 30), 1, False, id="small"),
        pytest.param((0, 9, 0, 9), 9, False, id="one-family-is-one-observation"),
    ],
)
def test_is_distinguishable_only_with_evidence(counts, family_size, expected):
    assert compare(*counts, family_size=family_size).is_distinguishable is expected
