"""Python's cycle collector, off while a file is judged."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """A syntax tree is many objects and no cycles: looking for cycles while it grows costs a third more."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def full_collections_put_off() -> Iterator[None]:
    """For a batch: young objects are still collected, the catalogue, which stays, is not searched again."""
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY_FULL)
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # else thawing would thaw what the caller froze
            gc.freeze()
            gc.unfreeze()  # what is left counts as old, and is not searched as young at the next allocation
        gc.set_threshold(*before)


def put_off_full_collections() -> None:
    """The same for good: for a process that does nothing but judge."""
    gc.set_threshold(*_RARELY_FULL)


_RARELY_FULL = (500_000, 10, 10_000)
"""Nearly all that a file leaves is freed at once; 500,000 objects that wait are at most some 100 MB."""
