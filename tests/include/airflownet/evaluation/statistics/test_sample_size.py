import numpy as np
import pytest

from airflownet.evaluation.statistics.sample_size import design_effect, prompts_needed


@pytest.mark.parametrize(
    ("difference", "disagreement", "alpha", "power", "n"),
    [
        # (z_a sqrt(d) + z_b sqrt(d - D^2))^2 / D^2 by hand, z of a normal table
        pytest.param(0.15, 0.25, 0.05, 0.9, 113, id="connor-formula"),
        pytest.param(0.05, 0.10, 0.05, 0.8, 312, id="five-points"),
        pytest.param(0.05, 0.0, 0.05, 0.8, 155, id="disagreement-is-at-least-the-difference"),
    ],
)
def test_the_formula(difference, disagreement, alpha, power, n):
    assert prompts_needed(difference, disagreement, alpha=alpha, power=power) == n


def test_with_so_many_prompts_the_difference_is_seen_as_often_as_promised():
    difference, disagreement = 0.05, 0.15
    n = prompts_needed(difference, disagreement)
    draw = np.random.default_rng(5).multinomial
    p10, p01 = (disagreement + difference) / 2, (disagreement - difference) / 2
    counts = draw(n, [p10, p01, 1 - disagreement], size=4000)
    b, c = counts[:, 0], counts[:, 1]
    seen = np.abs(b - c) / np.sqrt(b + c) > 1.959964
    assert seen.mean() == pytest.approx(0.8, abs=0.03)


def test_families_of_equal_answers_need_as_many_times_more():
    values = [1.0, 0.0, 1.0, 0.0, 0.0, 1.0] * 10
    apart = [str(number) for number in range(60)]
    assert design_effect(values, apart) == pytest.approx(1.0)
    tripled = [value for value in values for _ in range(3)]
    assert design_effect(tripled, [f for f in apart for _ in range(3)]) == pytest.approx(3.0)
    assert design_effect([1.0], ["a"]) == design_effect([1.0, 1.0], ["a", "b"]) == 1.0


@pytest.mark.parametrize("arguments", [(0, 0.1), (0.05, 1.2), (0.05, 0.1, 0.5)])
def test_impossible_shares_are_an_error(arguments):
    with pytest.raises(ValueError):
        prompts_needed(*arguments[:2], design_effect=arguments[2] if len(arguments) > 2 else 1.0)
