from airflownet.evaluation.statistics.proportion import IntervalSettings, proportion
from airflownet.evaluation.statistics.wilson import wilson_interval

SETTINGS = IntervalSettings(confidence=0.95, n_resamples=2000, seed=3)


def test_is_never_narrower_than_either_interval():
    rate = proportion([True] * 12 + [False] * 8, [str(n // 4) for n in range(20)], SETTINGS)
    assert rate.low == min(rate.wilson_low, rate.family_low)
    assert rate.high == max(rate.wilson_high, rate.family_high)
    assert rate.low < wilson_interval(12, 20)[0]


def test_no_success_is_not_certainty():
    rate = proportion([False] * 15, [str(n) for n in range(15)], SETTINGS)
    assert (rate.count, rate.n, rate.rate, rate.low) == (0, 15, 0.0, 0.0)
    assert rate.high == wilson_interval(0, 15)[1] > 0.1
    assert rate.family_high == 0.0


def test_equal_answers_to_few_prompts_are_no_more_certain_than_the_prompts():
    many = proportion([True] * 1200, [str(n % 12) for n in range(1200)], SETTINGS)
    assert (many.low, many.high) == wilson_interval(12, 12)
