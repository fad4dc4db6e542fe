"""The code as the judge sees it: without comments and docstrings, without the names of the models.

A comment such as "fully tested, follows best practice" moves judges by tens of points, and a header may name
the model that wrote the file. Works on tokens, so that it also works where the file does not parse: up to the
place where it cannot even be tokenised, and by whole comment lines after that.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Sequence

_COMMENT_LINE = re.compile(r"^[ \t]*#.*$")
_SPACING = (tokenize.NL, tokenize.COMMENT)
_BEGINS = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
_ORDINARY_NAMES = frozenset({"base", "tuned", "ground_truth"})


def without_comments(code: str) -> str:
    """Returns the code without comments and without strings that stand as statements of their own."""
    # Only what Python ends a line with: a form feed or a Unicode separator in a string would shift the rows.
    code = code.replace("\r\n", "\n").replace("\r", "\n")
    tokens, whole = _tokens(code)
    lines = code.split("\n")
    cut = [
        (token.start, token.end, "") for token in tokens if token.type == tokenize.COMMENT
    ] + _bare_strings(tokens)
    touched: set[int] = set()
    for (row, column), (end_row, end_column), instead in sorted(cut, reverse=True):
        before, after = lines[row - 1][:column], lines[end_row - 1][end_column:]
        lines[row - 1] = before + instead + after if instead or after.strip() else before.rstrip()
        for gone in range(row, end_row):
            lines[gone] = ""
        touched.update(range(row - 1, end_row))
    last = len(lines) if whole else max((token.end[0] for token in tokens), default=0)
    kept = [
        line
        for number, line in enumerate(lines)
        if not (number in touched and not line.strip()) and not (number >= last and _COMMENT_LINE.match(line))
    ]
    return "\n".join(kept).strip("\n") + "\n"


def blinded(text: str, models: Iterable[str]) -> str:
    """Returns the text with the names of the compared models replaced by ``model``."""
    names = sorted({name for name in models if len(name) > 3} - _ORDINARY_NAMES, key=len, reverse=True)
    if not names:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", "model", text, flags=re.IGNORECASE)


def _tokens(code: str) -> tuple[list[tokenize.TokenInfo], bool]:
    found: list[tokenize.TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            found.append(token)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return found, False
    return found, True


def _bare_strings(
    tokens: Sequence[tokenize.TokenInfo],
) -> list[tuple[tuple[int, int], tuple[int, int], str]]:
    """Returns the places of statements that are one string, and what must stand in their place."""
    significant = [token for token in tokens if token.type not in _SPACING]
    found = []
    for index, token in enumerate(significant):
        if token.type != tokenize.STRING or (index and significant[index - 1].type not in _BEGINS):
            continue
        following = significant[index + 1 : index + 3]
        if not following or following[0].type not in (tokenize.NEWLINE, tokenize.ENDMARKER):
            continue
        opens = index > 0 and significant[index - 1].type == tokenize.INDENT
        is_only = opens and (len(following) < 2 or following[1].type == tokenize.DEDENT)
        found.append((token.start, token.end, "pass" if is_only else ""))
    return found
