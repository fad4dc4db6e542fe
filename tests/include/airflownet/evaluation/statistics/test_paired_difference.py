import pytest

from airflownet.evaluation.statistics.paired_difference import paired_difference_interval


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        pytest.param((1, 1, 7, 12), -0.507, -0.026, id="bentur-2009-airway"),
        pytest.param((14, 5, 0, 22), 0.011, 0.226, id="altman-2000-table-6.2"),
    ],
)
def test_equals_the_published_interval(table, low, high):
    assert paired_difference_interval(*table) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


def test_swapping_the_models_mirrors_the_interval():
    low, high = paired_difference_interval(12, 9, 2, 21)
    assert paired_difference_interval(12, 2, 9, 21) == (pytest.approx(-high), pytest.approx(-low))


@pytest.mark.parametrize("table", [(0, 0, 0, 40), (40, 0, 0, 0), (20, 0, 0, 20)], ids=["none", "all", "half"])
def test_agreement_everywhere_keeps_a_width(table):
    low, high = paired_difference_interval(*table)
    assert low < 0 < high


@pytest.mark.parametrize("table", [(0, 0, 0, 0), (1, -1, 0, 0)], ids=["no-pairs", "negative"])
def test_impossible_input_is_an_error(table):
    with pytest.raises(ValueError):
        paired_difference_interval(*table)
