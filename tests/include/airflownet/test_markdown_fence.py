"""No text closes its own fence."""

from __future__ import annotations

import pytest

from airflownet.markdown_fence import fenced


@pytest.mark.parametrize(
    ("text", "fence"),
    [
        pytest.param("x = 1\n", "```", id="plain"),
        pytest.param('"""\n```\n<!-- unseen"""\n', "````", id="block"),
        pytest.param("# ``````", "```````", id="longer"),
    ],
)
def test_the_fence_is_longer_than_any_in_the_text(text: str, fence: str) -> None:
    assert fenced(text, "python") == f"{fence}python\n{text.rstrip()}\n{fence}"
