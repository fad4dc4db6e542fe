"""Takes whole comment lines out of a file; code and trailing comments stay as they are."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable

Comments = list[tuple[int, str]]
"""(0-based line, text from the ``#`` on) of each comment that has its line to itself, in order."""


def remove_comment_lines(text: str, choose: Callable[[Comments], set[int]]) -> str:
    """Removes the lines that ``choose`` names, and blank lines that would then stand doubled.

    Text that Python's tokenizer refuses comes back as it is.
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
    removed_above = False
    blank_run = 0
    for number, line in enumerate(text.splitlines(keepends=True) if "\x0c" not in text else []):
        if number in chosen:
            removed_above = True
            continue
        if removed_above and not line.strip() and (not kept or not kept[-1].strip()):
            blank_run += 1
            continue
        if blank_run:
            kept.extend(["\n"] * _missing_blanks(kept, blank_run))
        removed_above, blank_run = False, 0
        kept.append(line)
    if not kept:
        return text
    return "".join(kept)


def _missing_blanks(kept: list[str], skipped: int) -> int:
    """How many of the skipped blank lines are needed for the longer of the two runs to remain."""
    above = 0
    for line in reversed(kept):
        if line.strip():
            break
        above += 1
    return max(0, skipped - above) if kept else 0
