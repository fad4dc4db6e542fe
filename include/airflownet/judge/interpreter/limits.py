"""How far the interpreter goes before it answers "unknown"."""

from __future__ import annotations

from typing import Final

MAX_SOURCE_BYTES: Final = 700_000
"""A larger file is not parsed; tables that people paste into DAG files have reached it."""
MAX_STEPS: Final = 120_000
"""Expressions and statements evaluated for one file; some 0.3 s."""
MAX_CALL_DEPTH: Final = 30
"""Functions of the file within each other."""
MAX_ITEMS: Final = 20_000
"""Items of one container, and characters of one computed string are ten times that."""
MAX_CHARACTERS: Final = 200_000
LONG_TEXT: Final = 10_000
"""Characters of a computed text from which on its length counts as steps."""
MAX_YIELDS: Final = 500
"""Items taken of one generator function; what it would yield after those is not known."""
MAX_FAILURES: Final = 50
"""Failures recorded for one file after the first."""
MAX_PROJECT_BYTES: Final = 4_000_000
"""Of files of the project that one file reads, and again of the values made of them."""
