import pytest

from airflownet.evaluation.statistics.holm import holm_adjusted


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        pytest.param([], [], id="none"),
        pytest.param([0.03], [0.03], id="one"),
        pytest.param([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02], id="monotone"),
        pytest.param([0.5, 0.6, 0.9], [1.0, 1.0, 1.0], id="capped"),
        pytest.param([0.02, 0.02], [0.04, 0.04], id="tie"),
    ],
)
def test_equals_the_hand_computation(p_values, adjusted):
    assert holm_adjusted(p_values) == pytest.approx(adjusted)


def test_a_value_above_one_is_an_error():
    with pytest.raises(ValueError):
        holm_adjusted([0.2, 1.2])
