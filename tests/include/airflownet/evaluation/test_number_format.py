import pytest

from airflownet.evaluation.number_format import p_value, percent, points


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0.0%"), (1, "100.0%"), (0.0001, "<0.1%"), (0.9999, ">99.9%"), (0.1234, "12.3%")],
)
def test_percent_never_rounds_to_all_or_nothing(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("difference", "text"), [(0.035, "+3.5"), (-0.035, "−3.5"), (0.0, "0.0"), (-0.0001, "0.0"), (1, "+100.0")]
)
def test_points_carry_their_sign(difference, text):
    assert points(difference) == text


@pytest.mark.parametrize(("p", "text"), [(1.0, "p = 1.000"), (0.0312, "p = 0.031"), (1e-9, "p < 0.001")])
def test_p_value(p, text):
    assert p_value(p) == text
