"""Texts of strangers at a terminal: what would move the cursor, recolour or hide something is not obeyed."""

from __future__ import annotations

from typing import Final

_SIGN: Final = "\ufffd"
_KEPT: Final = "\t\n"
# C0 and C1 controls with escape among them, and the characters that turn the direction of writing.
_CODES: Final = (
    *range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)
)  # fmt: skip
_TABLE: Final = {code: _SIGN for code in _CODES if chr(code) not in _KEPT}


def printable(text: str) -> str:
    """Returns the text with a sign for each such character, so that columns stay; tabs and lines stay."""
    return text.translate(_TABLE)
