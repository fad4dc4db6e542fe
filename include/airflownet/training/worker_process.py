"""Starts a worker in the training environment, shows its progress, and never leaves it behind.

The worker's stdout carries one JSON object a line (``worker_channel``); its stderr goes to the log file.
The worker lives in its own process group and stops when the pipe at its stdin closes, which the operating
system does even when this process is killed with -9.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from airflownet.errors import TrainingError
from airflownet.progress import progress
from airflownet.toolchain.training_environment import find_training_python
from airflownet.training.failures import ConfigurationError, OutOfMemoryError, WorkerKilledError

log = logging.getLogger(__name__)
# Lines of this logger reach the terminal of `make demo` and the task's log.
stage_log = logging.getLogger("airflownet.stage")

LOG_NAME = "worker.log"
STOP_TIMEOUT_S = 20
_running: set[subprocess.Popen[bytes]] = set()


def run_worker(module: str, spec: dict[str, Any], scratch: Path, description: str) -> dict[str, Any]:
    """Runs ``python -m module spec.json`` in the training environment and returns the worker's result.

    Args:
        module: dotted name of a worker module of this package.
        spec: everything the worker is to know, as JSON.
        scratch: folder for spec, log and checkpoints.
        description: what the progress bar calls the work.

    Raises:
        OutOfMemoryError: the worker ran out of memory.
        WorkerKilledError: the system killed it.
        ConfigurationError: the worker refused settings, data or base model.
        TrainingError: it failed otherwise; the message names the log file.
    """
    spec_path, log_path = scratch / "spec.json", scratch / LOG_NAME
    spec_path.write_text(json.dumps(spec, indent=1))
    library = str(Path(__file__).parents[2])
    environment = {
        # Threads that wait spin a moment, then sleep: always sleeping halves the speed of a small model,
        # always spinning starves the others when the cores are shared.
        "GOMP_SPINCOUNT": "30000",
        **os.environ,
        "PYTHONPATH": library,
        "PYTHONHASHSEED": "0",
        "TOKENIZERS_PARALLELISM": "false",
    }
    command = [str(find_training_python()), "-m", module, str(spec_path)]
    log.info("starting %s; its log is %s", module, log_path)
    with log_path.open("ab") as log_file:
        worker = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log_file,
            env=environment,
            cwd=scratch,
            start_new_session=True,
        )
        _running.add(worker)
        try:
            events = _follow(worker, description)
            worker.wait()
        finally:
            _running.discard(worker)
            _stop(worker)
    if worker.returncode == 0 and "result" in events:
        result: dict[str, Any] = events["result"]
        return result
    raise _failure(worker.returncode, events, log_path)


def stop_workers() -> int:
    """Ends the workers of this process, which keep their last checkpoint; returns their number."""
    workers = list(_running)
    for worker in workers:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.pid, signal.SIGTERM)
    return len(workers)


def _follow(worker: subprocess.Popen[bytes], description: str) -> dict[str, Any]:
    """Turns progress lines into reports until the worker closes its stdout; returns its other events."""
    events: dict[str, Any] = {}
    assert worker.stdout is not None
    with progress(description, unit="steps") as bar:
        for line in worker.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                log.warning("unreadable line from the training worker: %r", line[:200])
                continue
            if event["event"] == "progress":
                bar.total = event["of"]
                bar.facts = {**bar.facts, **event.get("facts", {})}
                bar.update(event["step"], event["note"])
            elif event["event"] == "notice":
                stage_log.warning("%s", event["value"])
            else:
                events[event["event"]] = event["value"]
    return events


def _stop(worker: subprocess.Popen[bytes]) -> None:
    """Ends whatever is left of the worker's process group; its finished checkpoints stay."""
    if worker.poll() is None:
        worker.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(STOP_TIMEOUT_S)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            pipe.close()


def _failure(returncode: int, events: dict[str, Any], log_path: Path) -> TrainingError:
    failure = events.get("failure", {"kind": "crash", "message": _last_line(log_path)})
    message = f"training failed: {failure['message']} (log: {log_path})"
    if failure["kind"] == "out_of_memory" or returncode == -signal.SIGKILL:
        if returncode == -signal.SIGKILL:
            return WorkerKilledError(
                f"the training process was killed, most likely for memory (log: {log_path})",
                "run again: it goes on at the last checkpoint with half the batch, where that is left",
            )
        return OutOfMemoryError(
            message, "lower training.max_length or set training.gradient_checkpointing: true; then run again"
        )
    if failure["kind"] == "configuration":
        return ConfigurationError(message, failure.get("remedy") or "correct the recipe and run again")
    return TrainingError(message, "read the log, then run again: it continues at the last checkpoint")


def _last_line(log_path: Path) -> str:
    lines = [line for line in log_path.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "the worker ended without a word"
