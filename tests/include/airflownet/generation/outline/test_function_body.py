"""Function bodies of a small model: what is kept of them."""

from __future__ import annotations

import pytest

from airflownet.generation.outline.function_body import sound_body


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        pytest.param("x = [1]\nreturn sum(x)", "x = [1]\nreturn sum(x)", id="sound"),
        pytest.param("return 1\nreturn 1\nreturn 2", "return 1", id="after-the-return"),
        pytest.param("print(1)\n" * 9, "print(1)\nprint(1)", id="in-circles"),
        pytest.param("x = 1\nreturn x\ny = (", "x = 1\nreturn x", id="cut"),
        pytest.param("return unprocessed_tickets", "", id="a-name-nothing-defines"),
        pytest.param("import numpy as np", "", id="imports-alone"),
        pytest.param("import json\nreturn json.dumps([])", "import json\nreturn json.dumps([])", id="import"),
        pytest.param("", "", id="empty"),
        pytest.param("def (", "", id="no-python"),
        pytest.param("    x", "", id="indented"),
    ],
)
def test_what_is_kept(code: str, kept: str) -> None:
    assert sound_body(code) == kept
