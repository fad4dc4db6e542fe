"""Texts of strangers are bounded before rules whose time grows with the square of a run read them."""

from __future__ import annotations

import pytest

from airflownet.asked_for import read_request
from airflownet.generation.spoken.spoken_outline import read_outline
from airflownet.generation.wanted import Wanted
from airflownet.wording.compact_text import compact, is_readable_by_clauses, without_long_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one  two\n\n- three\n    four", "one  two\n\n- three\n    four", id="as-it-is"),
        pytest.param("a" + " " * 50 + "b", "a" + " " * 8 + "b", id="blanks"),
        pytest.param("a" + "\n" * 50 + "b", "a\n\nb", id="empty-lines"),
        pytest.param("a" + " \n" * 50 + "b", "a\n\nb", id="lines-of-blanks"),
    ],
)
def test_compact(text: str, expected: str) -> None:
    assert compact(text) == expected


def test_long_words() -> None:
    assert without_long_words(f"a {'b' * 600} c") == f"a {'b' * 500} c"
    assert not is_readable_by_clauses("b" * 600)
    assert not is_readable_by_clauses("word " * 1000)
    assert is_readable_by_clauses("word " * 700)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["\n", " ", "a", "1,", "a-", "/a", "(", "with ", "it should ", "\t\n"])
def test_hostile_texts_are_read_in_time(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    read_outline(Wanted(text))
    read_request(text)
