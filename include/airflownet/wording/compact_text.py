"""Bounds for texts that people and strangers write, so that no reader of them takes minutes.

Rules with optional words between blanks take time that grows with the square of a run of blanks; those that
read clauses do so with the whole text. Both are bounded before a text is read.
"""

from __future__ import annotations

import re
from typing import Final

MOST_CHARS_BY_CLAUSES: Final = 4000
"""A longer text is no request in a few sentences; it is not read clause by clause."""
_BLANKS: Final = re.compile(r"[^\S\n]{9,}")
_EMPTY_LINES: Final = re.compile(r"(?:[^\S\n]{0,8}\n){3,}")
_MOST_IN_A_WORD: Final = 500
_LONG_WORD: Final = re.compile(rf"(\S{{{_MOST_IN_A_WORD}}})\S+")


def is_readable_by_clauses(text: str) -> bool:
    """Tells whether a text is short enough, and each of its words, to be read clause by clause in time."""
    return len(text) <= MOST_CHARS_BY_CLAUSES and _LONG_WORD.search(text) is None


def without_long_words(text: str) -> str:
    """Returns a text in which words end after 500 characters: for those who keep nothing of it."""
    return _LONG_WORD.sub(r"\1", text)


def compact(text: str) -> str:
    """Returns a text with at most eight blanks in a row and one empty line; lines and indents stay."""
    return _EMPTY_LINES.sub("\n\n", _BLANKS.sub(" " * 8, text))
