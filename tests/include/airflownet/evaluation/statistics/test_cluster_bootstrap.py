import pytest

from airflownet.evaluation.statistics.cluster_bootstrap import cluster_bootstrap_interval


def interval(values, clusters, seed=7, n_resamples=20_000, confidence=0.95):
    return cluster_bootstrap_interval(
        values, clusters, confidence=confidence, n_resamples=n_resamples, seed=seed
    )


def test_single_clusters_match_the_binomial_distribution():
    values = [1.0] * 30 + [0.0] * 70
    low, high = interval(values, [str(number) for number in range(100)])
    # 2.5% and 97.5% quantiles of Binomial(100, 0.3) / 100, scipy.stats.binom.ppf
    assert (low, high) == (pytest.approx(0.21, abs=0.011), pytest.approx(0.39, abs=0.011))


def test_copies_in_one_family_do_not_narrow_the_interval():
    values = [1.0, 0.0] * 10
    apart = interval(values, [str(number) for number in range(20)])
    tenfold = interval(
        [value for value in values for _ in range(10)],
        [str(number) for number in range(20) for _ in range(10)],
    )
    assert tenfold == pytest.approx(apart, abs=1e-12)


def test_order_of_rows_does_not_matter():
    values, clusters = [1.0, 0.0, 1.0, 1.0, 0.0], ["b", "a", "a", "c", "c"]
    assert interval(values, clusters) == interval(values[::-1], clusters[::-1])


def test_equal_seeds_give_equal_intervals():
    values, clusters = [float(n % 3 == 0) for n in range(60)], [str(n // 2) for n in range(60)]
    assert interval(values, clusters, seed=1) == interval(values, clusters, seed=1)


def test_blocks_of_resamples_cover_all_of_them():
    values = [float(n % 4 == 0) for n in range(3000)]
    low, high = interval(values, [str(n) for n in range(3000)], n_resamples=2000)
    assert 0.22 < low < 0.245 < 0.255 < high < 0.28


@pytest.mark.parametrize(("values", "clusters"), [([], []), ([1.0], ["a", "b"])], ids=["none", "unequal"])
def test_impossible_input_is_an_error(values, clusters):
    with pytest.raises(ValueError):
        interval(values, clusters)
