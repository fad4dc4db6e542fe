"""A cluster ends what it started, whatever its parts have started in turn, and nobody else."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest
from cluster.plan import make_plan
from cluster.running import clear

from cluster import processes

# A part as a Celery worker is one: its task runs in a session of its own and outlives it.
PART = (
    "import subprocess, time; subprocess.Popen(['sleep', '1000'], start_new_session=True); time.sleep(1000)"
)


@pytest.fixture
def plan(tmp_path):
    plan = make_plan(tmp_path)
    yield plan
    processes.sweep(plan.root)


def wait_for_task(plan) -> psutil.Process:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for process in processes.stragglers(plan.root):
            if process.cmdline()[:1] == ["sleep"]:
                return process
        time.sleep(0.05)
    raise AssertionError("it did not start")


def test_a_part_is_found_again_and_ended_with_what_it_started(plan, tmp_path):
    stranger = subprocess.Popen(["sleep", "1000"])
    try:
        part = processes.start(plan, "part", [sys.executable, "-c", PART], {})
        task = wait_for_task(plan)
        assert processes.find(plan, "part") == part
        assert psutil.Process(part.pid).cwd() == str(plan.folder_of("part"))
        processes.stop(plan, ["part"])
        assert processes.find(plan, "part") is None
        assert task.is_running()
        assert processes.sweep(plan.root) == 1
        assert not task.is_running()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_what_gave_itself_a_title_is_ended_too(plan):
    """As a Celery worker's task does: its environment cannot be read any more."""
    code = "import setproctitle, time; setproctitle.setproctitle('task ' * 2000); time.sleep(1000)"
    part = processes.start(plan, "part", [sys.executable, "-c", code], {})
    wait_until(lambda: psutil.Process(part.pid).cmdline()[0].startswith("task"))
    shell = subprocess.Popen(["sleep", "1000"], cwd=plan.folder_of("part"))
    try:
        assert [process.pid for process in processes.stragglers(plan.root)] == [part.pid]
        assert processes.sweep(plan.root) == 1
        assert shell.poll() is None
    finally:
        shell.kill()
        shell.wait()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_part_is_gone_at_once(plan):
    part = processes.start(plan, "part", ["sleep", "1000"], {})
    assert part.pid in processes.kill(plan, "part")
    deadline = time.monotonic() + 5
    while processes.find(plan, "part") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes.find(plan, "part") is None


def test_another_airflow_s_settings_do_not_reach_a_part(plan, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "SequentialExecutor")
    part = psutil.Process(processes.start(plan, "part", ["sleep", "1000"], {"OWN": "1"}).pid)
    wait_for_task(plan)
    environment = part.environ()
    assert "AIRFLOW__CORE__EXECUTOR" not in environment
    assert environment["OWN"] == "1"


def test_a_new_cluster_removes_nothing_but_the_one_before(plan, tmp_path):
    folder = tmp_path / "of a person"
    for name in ("redis/log.txt", "shell/mine.sh", "thesis.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
    clear(folder)
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 3
    (folder / "plan.json").write_text("{}")
    clear(folder)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]
