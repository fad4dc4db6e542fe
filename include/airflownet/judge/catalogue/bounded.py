"""A dict for what was found out before, emptied when it has grown long: files choose what it is asked for."""

from __future__ import annotations

from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_ENTRIES: Final = 50_000
"""Several times what the files of a large folder ask for; some 20 MB of names that do not exist."""


class Bounded(dict[K, V]):
    """Set items one by one; what was forgotten is found out again."""

    __slots__ = ()

    def __setitem__(self, key: K, value: V) -> None:
        if len(self) >= MOST_ENTRIES:
            self.clear()
        super().__setitem__(key, value)
