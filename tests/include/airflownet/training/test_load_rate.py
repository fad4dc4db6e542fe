import pytest

from airflownet.training.load_rate import best_step


@pytest.mark.parametrize(
    ("rates", "losses", "best"),
    [
        pytest.param({10: 0.5, 20: 0.25}, {10: 2.0, 20: 1.0}, 10, id="the rate decides"),
        pytest.param({10: 0.5, 20: 0.5}, {10: 0.9, 20: 1.0}, 10, id="then the loss"),
        pytest.param({10: 0.5, 20: 0.5}, {}, 20, id="then the last"),
    ],
)
def test_which_checkpoint_is_taken(rates, losses, best):
    assert best_step(rates, losses) == best
