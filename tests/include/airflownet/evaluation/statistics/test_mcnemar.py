import pytest

from airflownet.evaluation.statistics.mcnemar import mcnemar_exact_p


@pytest.mark.parametrize(
    ("first_only", "second_only", "p"),
    [
        pytest.param(0, 0, 1.0, id="no-pair-disagrees"),
        pytest.param(1, 0, 1.0, id="one"),
        pytest.param(5, 0, 2 / 32, id="five-to-none"),
        pytest.param(5, 1, 2 * (1 + 6) / 64, id="five-to-one"),
        pytest.param(4, 4, 1.0, id="even"),
        pytest.param(21, 46, 0.003065317669608741, id="scipy-binomtest"),
        pytest.param(6, 112, 2.0932787880057794e-26, id="far-tail"),
    ],
)
def test_equals_the_binomial_sum(first_only, second_only, p):
    assert mcnemar_exact_p(first_only, second_only) == pytest.approx(p, rel=1e-12)
    assert mcnemar_exact_p(second_only, first_only) == mcnemar_exact_p(first_only, second_only)


def test_thousands_of_pairs_do_not_overflow():
    assert 0 < mcnemar_exact_p(4000, 5000) < 1e-20


def test_a_negative_count_is_an_error():
    with pytest.raises(ValueError):
        mcnemar_exact_p(-1, 3)
