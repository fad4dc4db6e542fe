"""Names, messages and lines of a judged file as rich's markup: text and no more."""

from __future__ import annotations

from rich import markup

from airflownet.terminal_text import printable


def escape(text: str) -> str:
    """Returns the text so that neither rich nor the terminal reads a command in it."""
    return markup.escape(printable(text))
