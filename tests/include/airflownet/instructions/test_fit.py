"""Texts that fit by saying less."""

import pytest

from airflownet.instructions.fit import fit


@pytest.mark.parametrize("max_chars", range(5, 120, 7))
def test_the_most_clauses_that_fit(max_chars: int) -> None:
    text = fit(lambda n: "x" * (5 + 10 * n), 10, max_chars)
    expected = min((max_chars - 5) // 10, 10)
    assert text == "x" * (5 + 10 * max(expected, 0))
