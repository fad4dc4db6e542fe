"""Many items on all cores: order kept, errors raised, small work done here."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflownet.errors import WorkerDiedError
from airflownet.parallel import FEWEST_ITEMS, Workers, in_parallel
from parallel_work import killed_at, negative, process_id


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


AS_A_TASK = """
import sys
sys.modules["__main__"].__file__ = {airflow!r}
from airflownet.parallel import in_parallel
from parallel_work import process_id
processes = set(in_parallel(process_id, [0.001] * 300))
assert len(processes) > 1, processes
"""
FROZEN = """
import os, sys
sys.frozen = True
from airflownet.parallel import in_parallel
assert set(in_parallel(lambda item: os.getpid(), range(300))) == {os.getpid()}
"""
IN_A_REPL = """
import os, time
from airflownet.parallel import in_parallel

def mine(item):
    time.sleep(0.001)
    return -item, os.getpid()

results = list(in_parallel(mine, range(300)))
assert [number for number, _ in results] == [-item for item in range(300)]
assert len({process for _, process in results}) > 1
"""


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core: nothing is parallel")
@pytest.mark.parametrize(
    ("code", "how"),
    [
        pytest.param(AS_A_TASK, ["-c"], id="task-of-an-executor"),
        pytest.param(IN_A_REPL, ["-i", "-c"], id="repl-or-notebook"),
        pytest.param(IN_A_REPL, ["FILE"], id="script-without-a-guard"),
        pytest.param(
            "import sys; sys.frozen = True\n" + IN_A_REPL.rsplit("assert", 1)[0], ["-c"], id="frozen"
        ),
    ],
)
def test_from_any_process(tmp_path, code, how):
    """A child must not run its parent's ``__main__``: Airflow forbids the database to a task's processes."""
    airflow = str(Path(sys.executable).with_name("airflow"))
    code = code.replace("{airflow!r}", repr(airflow))
    if how == ["FILE"]:
        (tmp_path / "script.py").write_text(code)
        words = [str(tmp_path / "script.py")]
    else:
        words = [*how, code]
    path = os.pathsep.join([*sys.path, str(Path(__file__).parents[2])])
    forbidden = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "airflow-db-not-allowed:///", "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, *words],
        env=os.environ | forbidden,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr.replace(">>>", "").strip()) == (0, ""), done.stderr


def test_a_process_that_dies_names_its_end_and_the_remedy():
    with Workers(n_workers=2) as workers, pytest.raises(WorkerDiedError, match="SIGKILL") as raised:
        list(workers.map(killed_at, range(300)))
    assert "memory" in raised.value.remedy
