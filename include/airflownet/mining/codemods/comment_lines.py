"""Takes whole comment lines out of a file; code and trailing comments stay as they are."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable

Comments = list[tuple[int, str]]
"""(0-based line, text from the ``#`` on) of each comment that has its line to itself, in order."""


def remove_comment_lines(text: str, choose: Callable[[Comments], set[int]]) -> str:
    """Removes the lines that ``choose`` names.

    Of the blank lines above and below a removed line the longer run stays, so none is doubled. Text that
    Python's tokenizer refuses comes back as it is.
    """
    try:
        comments = [
            (token.start[0] - 1, token.string)
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip()
        ]
    except (tokenize.TokenError, SyntaxError):
        return text
    chosen = choose(comments)
    if not chosen:
        return text
    kept: list[str] = []
    above, below = 0, 0
    after_removal = False
    for number, line in enumerate(io.StringIO(text, newline="\n")):
        if number in chosen:
            above, below = (max(above, below), 0) if after_removal else (_blank_lines_at_end(kept), 0)
            after_removal = True
        elif after_removal and not line.strip():
            below += 1
            if below > above and kept:
                kept.append(line)
        else:
            after_removal = False
            kept.append(line)
    return "".join(kept)


def _blank_lines_at_end(lines: list[str]) -> int:
    count = 0
    for line in reversed(lines):
        if line.strip():
            break
        count += 1
    return count
