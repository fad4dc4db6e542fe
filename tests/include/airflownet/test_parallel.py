"""Many items on all cores: order kept, errors raised, small work done here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from airflownet.parallel import FEWEST_ITEMS, Workers, in_parallel
from parallel_work import negative, process_id


@pytest.mark.parametrize("n_items", [0, 3, FEWEST_ITEMS + 5])
def test_results_come_in_order(n_items):
    items = [-number for number in range(n_items)]
    assert list(in_parallel(abs, items)) == list(range(n_items))


def test_little_work_stays_in_this_process():
    assert set(in_parallel(process_id, [0, 1])) == {os.getpid()}


def test_an_exception_reaches_the_caller():
    with pytest.raises(ValueError, match="invalid literal"):
        list(in_parallel(int, ["x"] * (FEWEST_ITEMS + 1)))


@pytest.mark.parametrize(
    ("reading_s", "working_s", "n_cores", "is_here"),
    [
        pytest.param(0.002, 0.0, 2, True, id="the-feeding-process-has-the-other-core"),
        pytest.param(0.0, 0.002, 2, False, id="the-feeding-process-waits-for-us"),
        pytest.param(0.002, 0.0, 3, False, id="a-core-is-left"),
    ],
)
def test_processes_beside_one_that_feeds_us(monkeypatch, reading_s, working_s, n_cores, is_here):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(n_cores)))

    def items() -> Iterator[float]:
        for _ in range(2 * FEWEST_ITEMS):
            time.sleep(reading_s)
            yield working_s

    with Workers() as workers:
        processes = set(workers.map(process_id, items(), n_feeding=1))
    assert (processes == {os.getpid()}) is is_here


def test_what_is_passed_on_keeps_its_place():
    items = list(range(20 * FEWEST_ITEMS))
    with Workers() as workers:
        results = list(workers.map(negative, items, lambda item: item % 3 > 0))
    assert results == [item if item % 3 else -item for item in items]
