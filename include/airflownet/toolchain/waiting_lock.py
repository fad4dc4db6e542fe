"""A lock between processes that says so when it has to wait for another one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

log = logging.getLogger(__name__)


@contextmanager
def waiting_lock(path: Path, work: str) -> Iterator[None]:
    """Holds the lock file during the block; the system frees it when the holder is killed."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        log.warning("%s: another process is at it; waiting for it to finish (%s)", work, path)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
