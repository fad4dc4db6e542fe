from __future__ import annotations

import pytest
from pydantic import ValidationError

from airflownet.llama.settings import SamplingSettings, ServerSettings, physical_cores


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_slots": 0},
        {"context_tokens_per_slot": 1000},
        {"port": 70000},
        {"server": "somewhere"},
        {"n_slot": 4},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_wrong_capacity_is_refused(wrong) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        ServerSettings(**wrong)


@pytest.mark.parametrize("wrong", [{"temperature": -0.1}, {"top_p": 0.0}, {"seed": -1}], ids=str)
def test_a_wrong_sampler_is_refused(wrong) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        SamplingSettings(**wrong)


def test_the_defaults_are_greedy_and_neutral() -> None:
    request = SamplingSettings().sampling().request()
    assert (request["temperature"], request["top_p"], request["min_p"]) == (0.0, 1.0, 0.0)
    assert request["top_k"] == 1, "greedy, without probabilities over the whole vocabulary"
    assert SamplingSettings(temperature=0.7).sampling().request()["top_k"] == 0
    assert (request["repeat_penalty"], request["dry_multiplier"], request["xtc_probability"]) == (
        1.0,
        0.0,
        0.0,
    )


def test_there_is_at_least_one_core() -> None:
    assert physical_cores() >= 1
