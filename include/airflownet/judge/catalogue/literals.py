"""Literal values kept as source text, and the mark of a value that is not one."""

from __future__ import annotations

import ast
from typing import Final, final


@final
class NotLiteral:
    """The type of ``NOT_LITERAL``: a value that only running the module would tell."""

    def __repr__(self) -> str:
        return "NOT_LITERAL"


NOT_LITERAL: Final = NotLiteral()


def literal(text: str | None) -> object:
    """Returns the Python value of a literal's source text, ``NOT_LITERAL`` for any other expression."""
    if text is None:
        return NOT_LITERAL
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return NOT_LITERAL
