"""The tokens of a Python file with everything taken out that reformatting or re-commenting changes.

Comments, docstrings, layout, commas and round brackets go; a string becomes its value, whatever its quotes
and however many pieces it was written in; names, numbers and operators stay as they are. An f-string is one
token on every Python version (3.12 tokenizes its inside, PEP 701).
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator

from airflownet.families.fast_tokens import fast_tokens

_LAYOUT = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER})
_STATEMENT_ENDS = frozenset({tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})
_DROPPED = frozenset({",", "(", ")"})
_FSTRING_START = getattr(tokenize, "FSTRING_START", -1)
_FSTRING_END = getattr(tokenize, "FSTRING_END", -1)


def normalised_tokens(code: str) -> list[str]:
    """Returns the normalised tokens in order; code that has no tokens of Python gives its words."""
    if (tokens := fast_tokens(code)) is not None:
        return list(_without_docstrings(_normalised(tokens)))
    return exact_tokens(code)


def exact_tokens(code: str) -> list[str]:
    """Returns the same by the standard tokenizer alone, which also knows what is not Python."""
    try:
        return list(_without_docstrings(_tokens(code)))
    except (tokenize.TokenError, SyntaxError):
        return code.split()


def _normalised(tokens: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for kind, text in tokens:
        if kind == "string":
            yield kind, _string_value(text)
        elif kind == "end" or text not in _DROPPED:
            yield kind, text


def _tokens(code: str) -> Iterator[tuple[str, str]]:
    """Yields (kind, text) with kind ``end``, ``string`` or ``code``; f-strings whole, layout gone."""
    lines = code.splitlines(keepends=True)
    depth, start = 0, (0, 0)
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == _FSTRING_START:
            start = start if depth else token.start
            depth += 1
        elif token.type == _FSTRING_END:
            depth -= 1
            if not depth:
                yield "string", _string_value(_text_between(lines, start, token.end))
        elif depth or token.type in _LAYOUT:
            continue
        elif token.type in _STATEMENT_ENDS:
            yield "end", ""
        elif token.type == tokenize.STRING:
            yield "string", _string_value(token.string)
        elif token.string not in _DROPPED:
            yield "code", token.string


def _without_docstrings(tokens: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Joins adjacent strings; drops strings that are a statement of their own."""
    text: str | None = None
    begins_statement = True
    for kind, value in tokens:
        if kind == "string":
            text = value if text is None else text + value
            continue
        if text is not None:
            if not (begins_statement and kind == "end"):
                yield "'" + text
            begins_statement, text = False, None
        if kind == "code":
            yield value
        begins_statement = kind == "end"


def _string_value(literal: str) -> str:
    prefix = literal[: len(literal) - len(literal.lstrip("rRbBuUfFtT"))].lower()
    is_plain = "\\" not in literal and "\r" not in literal and prefix in ("", "r", "u")
    if not is_plain and not set(prefix) & set("ft"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return str(ast.literal_eval(literal))
        except (SyntaxError, ValueError):
            pass
    body = literal[len(prefix) :]
    quotes = 3 if body[:3] in ('"""', "'''") else 1
    return body[quotes:-quotes]


def _text_between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    inner = lines[start[0] : end[0] - 1]
    return "".join([lines[start[0] - 1][start[1] :], *inner, lines[end[0] - 1][: end[1]]])
