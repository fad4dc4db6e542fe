"""The ``instructions:`` block of a recipe."""

import pytest
from pydantic import ValidationError

from airflownet.instructions.settings import InstructionSettings
from airflownet.instructions.views import VIEWS


def test_defaults_are_the_first_four_views() -> None:
    assert list(InstructionSettings().bounds()) == ["brief", "specification", "workflow", "terse"]
    assert set(InstructionSettings(views=tuple(VIEWS)).bounds()) == set(VIEWS)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"views": ["brief", "brief"]}, id="repeated-view"),
        pytest.param({"views": ["poem"]}, id="unknown-view"),
        pytest.param({"views": []}, id="no-view"),
        pytest.param({"max_chars": {"brief": 10}}, id="too-short"),
        pytest.param({"max_char": {}}, id="typo"),
        pytest.param({"writer": "gpt"}, id="unknown-writer"),
    ],
)
def test_wrong_values_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        InstructionSettings.model_validate(change)
