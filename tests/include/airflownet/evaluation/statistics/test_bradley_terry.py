import math

import pytest

from airflownet.evaluation.statistics.bradley_terry import bradley_terry

# American League, eastern division, 1987: A. Agresti (2002), Categorical Data Analysis, table 10.10.
TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
WINS = (
    (0, 7, 9, 7, 7, 9, 11),
    (6, 0, 7, 5, 11, 9, 9),
    (4, 6, 0, 7, 7, 8, 12),
    (6, 8, 6, 0, 6, 7, 10),
    (6, 2, 6, 7, 0, 7, 12),
    (4, 4, 5, 6, 6, 0, 6),
    (2, 4, 1, 3, 1, 7, 0),
)
PUBLISHED = (1.581, 1.436, 1.294, 1.248, 1.108, 0.684, 0.0)


def test_the_published_example():
    strengths = bradley_terry(WINS)
    above_baltimore = [value - strengths[-1] for value in strengths]
    assert above_baltimore == pytest.approx(PUBLISHED, abs=0.001)
    assert sum(strengths) == pytest.approx(0, abs=1e-9)


def test_two_models_are_the_log_odds():
    first, second = bradley_terry([[0, 30], [10, 0]])
    assert first - second == pytest.approx(math.log(3))


def test_a_model_that_never_wins_stays_finite_with_a_prior():
    strengths = bradley_terry([[0, 5, 5], [0, 0, 3], [0, 2, 0]], prior=0.5)
    assert all(math.isfinite(value) and abs(value) < 10 for value in strengths)
    assert strengths[0] == max(strengths)


@pytest.mark.parametrize("wins", [[[0, 1]], [[0, -1], [1, 0]]], ids=["not-square", "negative"])
def test_impossible_input_is_an_error(wins):
    with pytest.raises(ValueError):
        bradley_terry(wins)
