from __future__ import annotations

import pytest
from pydantic import ValidationError

from airflownet.inference.settings import InferenceSettings


@pytest.mark.parametrize(
    "wrong", [{"n_slots": 0}, {"temperature": -0.1}, {"n_samples": 0}, {"n_slot": 4}], ids=str
)
def test_a_wrong_value_is_refused(wrong) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        InferenceSettings(**wrong)


def test_every_field_is_explained() -> None:
    assert not [name for name, field in InferenceSettings.model_fields.items() if not field.description]
