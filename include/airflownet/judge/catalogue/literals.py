"""Literal values kept as source text, and the mark of a value that is not one."""

from __future__ import annotations

import ast
import copy
import re
from functools import lru_cache
from typing import Any, Final, final


@final
class NotLiteral:
    """The type of ``NOT_LITERAL``: a value that only running the module would tell."""

    def __repr__(self) -> str:
        return "NOT_LITERAL"


NOT_LITERAL: Final = NotLiteral()
_SHARED: Final = frozenset({str, int, float, bool, complex, bytes, type(None), NotLiteral})
"""Types of values that nobody can change."""


def literal(text: str | None) -> object:
    """Returns the Python value of a literal's source text, ``NOT_LITERAL`` for any other expression.

    ``...`` is how the catalogue writes a value that it does not hold: neither it nor what holds it is one.
    """
    if text is None:
        return NOT_LITERAL
    value = _value(text)
    return value if type(value) in _SHARED else copy.deepcopy(value)


_WORDS: Final = {"None": None, "True": True, "False": False, "()": (), "''": "", "...": NOT_LITERAL}
"""Most defaults, without Python's parser."""
_PLAIN_TEXT: Final = re.compile(r"""'([^'\\\n]*)'|"([^"\\\n]*)\"""")


@lru_cache(maxsize=20_000)
def _value(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if (quoted := _PLAIN_TEXT.fullmatch(text)) is not None:
        return quoted[1] if quoted[2] is None else quoted[2]
    try:
        value = ast.literal_eval(text)
        return NOT_LITERAL if "..." in text and _holds_ellipsis(value) else value
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return NOT_LITERAL


def _holds_ellipsis(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_ellipsis(item) for pair in value.items() for item in pair)
    if isinstance(value, (tuple, list, set)):
        return any(_holds_ellipsis(item) for item in value)
    return value is Ellipsis
