"""Texts that fit their bound by saying less, never by being cut off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

# Where the search starts: few clauses are shorter, so that a huge DAG is not rendered whole.
_CHARS_PER_CLAUSE: Final = 10


def fit(render: Callable[[int], str], most: int, max_chars: int) -> str:
    """Returns ``render(n)`` for the largest n <= most whose text fits, else ``render(0)``.

    Args:
        render: gives the text with n of its clauses; longer for larger n.
        most: number of clauses there are.
        max_chars: most characters of the text.
    """
    low, high = 0, min(most, max_chars // _CHARS_PER_CLAUSE + 1)
    while len(text := render(high)) <= max_chars:
        if high == most:
            return text
        low, high = high, min(most, 2 * high)
    while high - low > 1:
        middle = (low + high) // 2
        if len(render(middle)) <= max_chars:
            low = middle
        else:
            high = middle
    return render(low)
