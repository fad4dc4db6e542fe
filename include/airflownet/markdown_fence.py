"""A text of strangers in Markdown: in a fence that nothing in it can close."""

from __future__ import annotations

import re


def fenced(text: str, language: str = "") -> str:
    """Returns the text as a fenced block; the fence is longer than any run of backticks in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
