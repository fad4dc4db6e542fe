from __future__ import annotations

from pathlib import Path

import pytest

from airflownet.inference.settings import InferenceSettings
from airflownet.llama.calibration import Calibration, Point, calibrate, recommend


@pytest.mark.parametrize(
    ("speeds", "expected"),
    [
        ({1: 100.0}, 1),
        ({1: 100.0, 2: 180.0, 4: 190.0, 8: 195.0}, 4),
        ({1: 100.0, 2: 97.0, 4: 90.0}, 1),
        ({1: 10.0, 2: 20.0, 4: 40.0}, 4),
    ],
    ids=["one", "knee", "no gain", "still rising"],
)
def test_the_smallest_number_that_is_fast_enough_is_recommended(speeds, expected) -> None:
    points = tuple(Point(n, speed, float(n)) for n, speed in speeds.items())
    assert recommend(points) == expected
    assert Calibration(points, expected).table().count("recommended") == 1


@pytest.mark.llama
def test_a_real_model_is_measured(models: Path) -> None:
    settings = InferenceSettings(threads=1, flash_attention="off")
    measured = calibrate(
        settings, str(models / "base.gguf"), slots=(2, 1), n_prompt_tokens=20, n_reply_tokens=30
    )
    assert [point.n_slots for point in measured.points] == [1, 2]
    for point in measured.points:
        assert point.tokens_per_s > 0
        assert 1 <= point.n_busy_slots <= point.n_slots
    assert measured.recommended_n_slots in (1, 2)
    assert (measured.model, "1 threads" in measured.machine) == ("base.gguf", True)
