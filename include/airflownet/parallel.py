"""The same function over many items, on all cores this process may use; results in the order of the items.

The processes are loky's: each starts from a clean interpreter and never runs this process's ``__main__``.
Under an executor of Airflow that is the ``airflow`` script, which a task's child must not import: the
database address that the Task SDK puts into the environment forbids it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, TypeVar

from airflownet.errors import WorkerDiedError

if TYPE_CHECKING:
    from loky.process_executor import ProcessPoolExecutor

Item = TypeVar("Item")
Result = TypeVar("Result")

FEWEST_ITEMS = 64  # below this, starting processes costs more than it saves
CHUNK = 8
_MOSTLY = 3.0  # times as long in the function as in reading: who feeds us mostly waits
_CHUNKS_AHEAD = 4
_LONGEST_CHUNK = 1024
_IDLE_S = 30.0  # after which a process ends by itself, also when its parent was killed
_TO_DO: Any = object()


def in_parallel(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yields ``function(item)`` for each item, in order; both must be picklable (by cloudpickle).

    Items are taken as they are needed, so a stream of any length needs bounded memory. Runs in this process
    where there is one core or little to do, in a daemonic process (some executors' workers), which may not
    have children, and in a frozen program, whose executable is no Python. An exception of the function is
    raised here.

    Raises:
        WorkerDiedError: a process ended before its work was done, by a signal or an exit.
    """
    with Workers() as workers:
        yield from workers.map(function, items)


class Workers:
    """Processes that several streams of items share; started after some items, when that saves time."""

    def __init__(self, n_workers: int | None = None, initializer: Callable[[], None] | None = None) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._initializer = initializer  # called in each process before its first item
        self._done_here = 0
        self._working_s = 0.0  # in the function
        self._reading_s = 0.0  # for the next item
        self._n_workers = n_workers or (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if self._pool is not None:
            # After an error what still runs is not wanted any more; else they are idle and end by themselves.
            self._pool.shutdown(wait=True, kill_workers=error is not None)
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
        if self._n_workers < 2 or self._done_here < FEWEST_ITEMS:
            return False
        if multiprocessing.current_process().daemon or getattr(sys, "frozen", False):
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
            from loky.backend import get_context
            from loky.process_executor import ProcessPoolExecutor

            # Not a fork: this process may have threads, and a copy of their locks may never be released.
            self._pool = ProcessPoolExecutor(
                self._n_workers, context=get_context("loky"), timeout=_IDLE_S, initializer=self._initializer
            )
        with _interrupts_blocked(), _deaths_named():  # any submit may start one more process
            future: Future[list[Result]] = self._pool.submit(_apply, function, chunk)
            return future


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


@contextlib.contextmanager
def _deaths_named() -> Iterator[None]:
    """Says which end a worker process met, and what helps against it."""
    try:
        yield
    except BrokenProcessPool as error:
        signals = re.findall(r"SIG[A-Z]+|EXIT\(-?\d+\)", str(error))
        end = ", ".join(dict.fromkeys(signals)) or (str(error).split("\n")[0] or type(error).__name__)
        remedy = (
            "most likely the system killed it for memory: give this machine or container more, or let the "
            "task see fewer cores (taskset -c 0 ...); what was finished stays finished"
            if "SIGKILL" in signals
            else "run it again: what was finished stays finished; the process's own last words are in the log"
        )
        raise WorkerDiedError(f"a worker process ended before its work was done: {end}", remedy) from error


def _apply(function: Callable[[Item], Result], chunk: list[Item]) -> list[Result]:
    return [function(item) for item in chunk]


def _filled(places: list[Any], future: Future[list[Result]]) -> Iterator[Result]:
    with _deaths_named():
        results = iter(future.result())
    for place in places:
        yield next(results) if place is _TO_DO else place
