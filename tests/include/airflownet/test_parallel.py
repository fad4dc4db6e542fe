"""Many items on all cores: order kept, errors raised, small work done here."""

from __future__ import annotations

import os

import pytest

from airflownet.parallel import FEWEST_ITEMS, in_parallel


@pytest.mark.parametrize("n_items", [0, 3, FEWEST_ITEMS + 5])
def test_results_come_in_order(n_items):
    items = [-number for number in range(n_items)]
    assert list(in_parallel(abs, items)) == list(range(n_items))


def test_little_work_stays_in_this_process():
    assert set(in_parallel(_process_id, [0, 1])) == {os.getpid()}


def test_an_exception_reaches_the_caller():
    with pytest.raises(ValueError, match="invalid literal"):
        list(in_parallel(int, ["x"] * (FEWEST_ITEMS + 1)))


def _process_id(_item: int) -> int:
    return os.getpid()
