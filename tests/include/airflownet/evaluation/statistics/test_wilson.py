import pytest

from airflownet.evaluation.statistics.wilson import wilson_interval


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        # scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
        pytest.param(0, 10, 0.0, 0.2775327998628892, id="none"),
        pytest.param(10, 10, 0.7224672001371108, 1.0, id="all"),
        pytest.param(5, 10, 0.236593090512564, 0.763406909487436, id="half"),
        pytest.param(1, 72, 0.002455951882905774, 0.07456602147476153, id="one-of-many"),
        pytest.param(81, 263, 0.2552885198782742, 0.36620957698280004, id="newcombe-1998a"),
    ],
)
def test_equals_the_published_interval(count, n, low, high):
    assert wilson_interval(count, n) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))


def test_a_higher_confidence_is_wider():
    narrow, wide = wilson_interval(3, 20, 0.8), wilson_interval(3, 20, 0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize(
    ("count", "n", "confidence"),
    [
        pytest.param(0, 0, 0.95, id="no-trials"),
        pytest.param(3, 2, 0.95, id="more-than-n"),
        pytest.param(-1, 2, 0.95, id="negative"),
        pytest.param(1, 2, 1.0, id="certain"),
    ],
)
def test_impossible_input_is_an_error(count, n, confidence):
    with pytest.raises(ValueError):
        wilson_interval(count, n, confidence)
