"""The same function over many items, on all cores this process may use; results in the order of the items."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

FEWEST_ITEMS = 64  # below this, starting processes costs more than it saves
CHUNK = 8
_MOSTLY = 3.0  # times as long in the function as in reading: who feeds us mostly waits
_CHUNKS_AHEAD = 4
_LONGEST_CHUNK = 1024
_TO_DO: Any = object()


def in_parallel(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yields ``function(item)`` for each item, in order; both must be picklable.

    Items are taken as they are needed, so a stream of any length needs bounded memory. Runs in this process
    where there is one core or little to do, and in a daemonic process (some executors' workers), which may
    not have children. An exception of the function is raised here.
    """
    with Workers() as workers:
        yield from workers.map(function, items)


class Workers:
    """Processes that several streams of items share; started after some items, when that saves time."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._done_here = 0
        self._working_s = 0.0  # in the function
        self._reading_s = 0.0  # for the next item
        self._n_workers = (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def map(
        self,
        function: Callable[[Item], Result],
        items: Iterable[Item],
        passed_on: Callable[[Item], bool] | None = None,
        n_feeding: int = 0,
    ) -> Iterator[Result]:
        """Yields ``function(item)`` for each item, in order.

        Args:
            function: what is done to an item.
            items: taken as they are needed.
            passed_on: an item for which it is true is yielded as it is, in its place.
            n_feeding: processes beside this one that the items come from, and that need a core too.
        """
        source = iter(items)
        while not self._pays_off(n_feeding):
            asked = time.perf_counter()
            item = next(source, _TO_DO)
            self._reading_s += time.perf_counter() - asked
            if item is _TO_DO:
                return
            if passed_on is not None and passed_on(item):
                yield item  # type: ignore[misc]  # the caller asked for it as it is
            else:
                yield self._timed(function, item)
        yield from self._in_processes(function, source, passed_on)

    def _pays_off(self, n_feeding: int) -> bool:
        """Tells whether processes of our own would have a core, or one that those feeding us leave idle."""
        if self._n_workers < 2 or multiprocessing.current_process().daemon or self._done_here < FEWEST_ITEMS:
            return False
        return self._n_workers - 1 - n_feeding > 0 or self._working_s > _MOSTLY * self._reading_s

    def _timed(self, function: Callable[[Item], Result], item: Item) -> Result:
        started = time.perf_counter()
        result = function(item)
        self._working_s += time.perf_counter() - started
        self._done_here += 1
        return result

    def _in_processes(
        self,
        function: Callable[[Item], Result],
        items: Iterator[Item],
        passed_on: Callable[[Item], bool] | None,
    ) -> Iterator[Result]:
        waiting: deque[tuple[list[Any], Future[list[Result]]]] = deque()
        places: list[Any] = []
        todo: list[Item] = []
        for item in items:
            if passed_on is not None and passed_on(item):
                places.append(item)
            else:
                places.append(_TO_DO)
                todo.append(item)
            if len(todo) == CHUNK or len(places) == _LONGEST_CHUNK:
                waiting.append((places, self._submit(function, todo)))
                places, todo = [], []
            if len(waiting) > self._n_workers * _CHUNKS_AHEAD:
                yield from _filled(*waiting.popleft())
        waiting.append((places, self._submit(function, todo)))
        while waiting:
            yield from _filled(*waiting.popleft())

    def _submit(self, function: Callable[[Item], Result], chunk: list[Item]) -> Future[list[Result]]:
        if not chunk:
            nothing: Future[list[Result]] = Future()
            nothing.set_result([])
            return nothing
        if self._pool is None:
            # spawn: the task process has threads, and a forked copy of their locks may never be released.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._n_workers, mp_context=context)
        with _interrupts_blocked():  # any submit may start one more process
            return self._pool.submit(_apply, function, chunk)


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Processes that are started in the block never see Ctrl-C: their parent answers it and ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _apply(function: Callable[[Item], Result], chunk: list[Item]) -> list[Result]:
    return [function(item) for item in chunk]


def _filled(places: list[Any], future: Future[list[Result]]) -> Iterator[Result]:
    results = iter(future.result())
    for place in places:
        yield next(results) if place is _TO_DO else place
