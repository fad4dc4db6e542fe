"""Numbers that people write out: ``two``, ``a dozen``; one table for all who read requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NUMBERS: Final[Mapping[str, int]] = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty-five": 45,
    "sixty": 60,
}
"""Word -> number, in lower case."""
TIMES: Final[Mapping[str, int]] = {"once": 1, "twice": 2, "thrice": 3}

_MOST_DIGITS: Final = 9


def number_of(word: str) -> int:
    """Returns the number of a word or of digits, of which the first nine count.

    Raises:
        KeyError: the word is no number of the table.
    """
    lowered = word.lower()
    return int(lowered[:_MOST_DIGITS]) if lowered.isdecimal() else {**NUMBERS, **TIMES}[lowered]
