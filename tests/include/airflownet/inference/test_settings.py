from __future__ import annotations

import pytest
from pydantic import ValidationError

from airflownet.inference.settings import InferenceSettings, physical_cores


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_slots": 0},
        {"context_tokens_per_slot": 1000},
        {"temperature": -0.1},
        {"top_p": 0.0},
        {"port": 70000},
        {"server": "somewhere"},
        {"n_slot": 4},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_wrong_value_is_refused(wrong) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        InferenceSettings(**wrong)


def test_every_field_is_explained() -> None:
    assert not [name for name, field in InferenceSettings.model_fields.items() if not field.description]


def test_the_defaults_are_greedy_and_neutral() -> None:
    request = InferenceSettings().sampling().request()
    assert (request["temperature"], request["top_k"], request["top_p"], request["min_p"]) == (
        0.0,
        0,
        1.0,
        0.0,
    )
    assert (request["repeat_penalty"], request["dry_multiplier"], request["xtc_probability"]) == (
        1.0,
        0.0,
        0.0,
    )


def test_there_is_at_least_one_core() -> None:
    assert physical_cores() >= 1
