"""Removes the leading licence comment of a file, and nothing else.

Only a block of comment lines before the first statement is ever looked at, found by Python's tokenizer;
a line further down is never touched, whatever words it holds. The syntax tree is the same before and after.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from typing import Any

from airflownet.hashing import sha256_text
from airflownet.records import Transform

NAME, VERSION = "strip-licence-comment", 1

LICENCE_WORDS = re.compile(r"licen[sc]e|copyright|\(c\) *\d{4}|SPDX-", re.IGNORECASE)
_BEFORE_COMMENTS = ("#", "\\")  # A comment, or a line that goes on below.
_KEPT_LINE = re.compile(r"#!|#.*coding[:=]")
# Last line of the Apache header: a comment that goes on below it is the author's own.
_APACHE_END = re.compile(r"limitations under the License\.?\s*$|^#\s*under the License\.?\s*$", re.IGNORECASE)


def strip_licence_comment(text: str) -> tuple[str, Transform | None]:
    """Returns the text without its leading licence comment, and the record of the change.

    A shebang and an encoding line stay. Without such a comment the text comes back as it is, with None.

    Raises:
        SyntaxError, ValueError: the text is not Python.
    """
    if text.lstrip(" \t\f\r\n")[:1] not in _BEFORE_COMMENTS:
        return text, None  # The tokenizer would give a statement first.
    lines = text.splitlines(keepends=True)
    block = _licence_lines(_leading_comments(text), lines)
    if not block:
        return text, None
    start, end = block[0], block[-1] + 1
    kept_lines = lines[:start]
    rest = lines[end:]
    while rest and not rest[0].strip():
        rest = rest[1:]
    stripped = "".join(kept_lines + rest)
    if not _is_same_tree(_parse(stripped), _parse(text)):
        return text, None
    return stripped, Transform(NAME, VERSION, sha256_text(text), sha256_text(stripped))


def _leading_comments(text: str) -> list[int]:
    """Returns the 0-based lines of the comments before the first statement."""
    found: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found.append(token.start[0] - 1)
            elif token.type not in (tokenize.NL, tokenize.ENCODING):
                break
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def _licence_lines(comments: list[int], lines: list[str]) -> list[int]:
    """Returns the lines of the first block of comments when it speaks of a licence, else nothing."""
    while comments and comments[0] < 2 and _KEPT_LINE.match(lines[comments[0]]):
        comments = comments[1:]
    block: list[int] = []
    for line in comments:
        if block and line != block[-1] + 1:
            break
        block.append(line)
    if not any(LICENCE_WORDS.search(lines[line]) for line in block):
        return []
    for position, line in enumerate(block):
        if _APACHE_END.search(lines[line]):
            end = position + 1
            while end < len(block) and not lines[block[end]].strip().strip("#").strip():
                end += 1
            return block[:end]
    return block


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return ast.parse(text)


def _is_same_tree(one: ast.AST, other: ast.AST) -> bool:
    """Compares all fields of all nodes, positions aside; as ``ast.dump`` would, without its recursion."""
    pairs: list[tuple[Any, Any]] = [(one, other)]
    while pairs:
        a, b = pairs.pop()
        if type(a) is not type(b):
            return False
        if isinstance(a, ast.AST):
            pairs.extend((getattr(a, name, None), getattr(b, name, None)) for name in a._fields)
        elif isinstance(a, list):
            if len(a) != len(b):
                return False
            pairs.extend(zip(a, b, strict=True))
        elif a != b:
            return False
    return True
