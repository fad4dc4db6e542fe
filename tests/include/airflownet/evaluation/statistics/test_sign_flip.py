import numpy as np
import pytest
from scipy.stats import permutation_test

from airflownet.evaluation.statistics.sign_flip import sign_flip_p


def test_exact_for_few_families_as_scipy():
    values = [1.0, 0.0, -1.0, 1.0, 1.0, 0.0, 1.0, 1.0, -1.0, 1.0]
    expected = permutation_test(
        (np.array(values),), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert sign_flip_p(values, [str(n) for n in range(10)]) == pytest.approx(expected)


def test_copies_in_a_family_are_no_further_evidence():
    values, apart = [1.0] * 6, [str(n) for n in range(6)]
    tenfold = [v for v in values for _ in range(10)]
    assert sign_flip_p(tenfold, [f for f in apart for _ in range(10)]) == sign_flip_p(values, apart)


def test_under_no_difference_one_in_twenty_is_below_five_percent():
    random = np.random.default_rng(11)
    below = 0
    for _ in range(300):
        sums = random.normal(size=25).repeat(2)
        below += sign_flip_p(list(sums), [str(n // 2) for n in range(50)], n_draws=400) <= 0.05
    assert below / 300 == pytest.approx(0.05, abs=0.035)


@pytest.mark.parametrize(("values", "families"), [([], []), ([1.0], ["a", "b"])])
def test_impossible_input_is_an_error(values, families):
    with pytest.raises(ValueError):
        sign_flip_p(values, families)
    assert sign_flip_p([0.0, 0.0], ["a", "b"]) == 1.0
