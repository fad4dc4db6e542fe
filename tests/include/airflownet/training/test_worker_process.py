"""How the parent reads a worker's end: results, refusals, memory, crashes, interruption."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from airflownet.errors import TrainingError
from airflownet.progress import listen
from airflownet.training.failures import ConfigurationError, OutOfMemoryError, WorkerKilledError
from airflownet.training.worker_process import run_worker

WORKER = """
import os, signal, sys, time
from airflownet.training.worker_channel import MisconfiguredError, serve

def work(spec, channel):
    print("printed text goes to the log")
    channel.progress(1, 2, "loss 3.21")
    {body}
    return {{"answer": spec["question"] * 2}}

serve(work)
"""


@pytest.fixture
def worker(tmp_path, monkeypatch):
    """Runs a worker made of the given lines with this interpreter."""
    monkeypatch.setenv("AIRFLOWNET_TRAIN_PYTHON", sys.executable)

    def run(body):
        (tmp_path / "a_worker.py").write_text(WORKER.format(body=body))
        return run_worker("a_worker", {"question": 21}, tmp_path, "Working")

    return run


def test_result_and_progress(worker, tmp_path):
    reports = []
    with listen(reports.append):
        assert worker("pass") == {"answer": 42}
    assert (reports[-1].done, reports[-1].total, reports[-1].note) == (1, 2, "loss 3.21")
    assert "printed text goes to the log" in (tmp_path / "worker.log").read_text()


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        pytest.param("raise MemoryError('4 GB')", OutOfMemoryError, "MemoryError: 4 GB", id="MemoryError"),
        pytest.param(
            'raise RuntimeError("DefaultCPUAllocator: can\'t allocate memory: 9 bytes")',
            OutOfMemoryError,
            "can't allocate memory",
            id="torch's CPU allocator",
        ),
        pytest.param(
            "raise type('OutOfMemoryError', (RuntimeError,), {})('CUDA')",
            OutOfMemoryError,
            "CUDA",
            id="torch's CUDA allocator",
        ),
        pytest.param(
            "os.kill(os.getpid(), signal.SIGKILL)",
            WorkerKilledError,
            "was killed",
            id="the system's OOM killer",
        ),
        pytest.param(
            "raise MisconfiguredError('no rows', 'add rows')",
            ConfigurationError,
            "no rows",
            id="configuration",
        ),
        pytest.param("1 / 0", TrainingError, "ZeroDivisionError", id="crash"),
        pytest.param("os._exit(3)", TrainingError, "printed text", id="death without a word"),
    ],
)
def test_failures_are_told_apart(worker, tmp_path, body, kind, message):
    with pytest.raises(TrainingError) as caught:
        worker(body)
    assert type(caught.value) is kind
    assert message in caught.value.message
    assert str(tmp_path / "worker.log") in caught.value.message


@pytest.fixture
def interruptible():
    """Ctrl-C raises here, also where the test session was started in the background with SIGINT ignored."""
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, earlier)


@pytest.mark.usefixtures("interruptible")
def test_interrupting_the_parent_ends_the_worker(worker, tmp_path):
    def interrupt():
        while not (tmp_path / "pid").exists():
            time.sleep(0.02)
        os.kill(os.getpid(), 2)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        worker("open('pid.new', 'w').write(str(os.getpid())); os.rename('pid.new', 'pid'); time.sleep(60)")
    pid = (tmp_path / "pid").read_text()
    assert subprocess.run(["ps", "-p", pid], capture_output=True).returncode == 1
