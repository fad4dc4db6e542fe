"""The same function over many items, on all cores this process may use; results in the order of the items."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

FEWEST_ITEMS = 64  # below this, starting processes costs more than it saves
CHUNK = 8


def in_parallel(function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Yields ``function(item)`` for each item, in order; both must be picklable.

    Runs in this process where there is one core or little to do, and in a daemonic process (some
    executors' workers), which may not have children. An exception of the function is raised here.
    """
    n_workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if n_workers < 2 or len(items) < FEWEST_ITEMS or multiprocessing.current_process().daemon:
        yield from map(function, items)
        return
    # spawn: the task process has threads, and a forked copy of their locks may never be released.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n_workers, mp_context=context) as pool:
        yield from pool.map(function, items, chunksize=CHUNK)
