from itertools import combinations

import pytest

from airflownet.evaluation.statistics.pass_at_k import pass_at_k, pass_hat_k


@pytest.mark.parametrize(("n", "c"), [(5, 0), (5, 2), (5, 5), (8, 3), (1, 1)])
def test_equal_to_drawing_every_subset(n, c):
    answers = [True] * c + [False] * (n - c)
    for k in range(1, n + 1):
        draws = list(combinations(answers, k))
        assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, draws)) / len(draws))
        assert pass_hat_k(n, c, k) == pytest.approx(sum(map(all, draws)) / len(draws))


def test_the_plain_estimate_is_biased_and_this_one_is_not():
    # Chen et al. (2021), section 2.1: 1 - (1 - c/n)^k underestimates; with n=5, c=2, k=2 it gives 0.64.
    assert pass_at_k(5, 2, 2) == pytest.approx(0.7)
    assert pass_at_k(200, 10, 100) == pytest.approx(0.99922, abs=1e-4)


@pytest.mark.parametrize("arguments", [(5, 6, 1), (5, 2, 6), (5, 2, 0), (5, -1, 1)])
def test_impossible_counts_are_an_error(arguments):
    with pytest.raises(ValueError):
        pass_at_k(*arguments)
