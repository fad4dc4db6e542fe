"""The warm process: imports Airflow once, then forks a child for each file.

Started by ``import_judge`` with an interpreter that has Airflow: ``python worker.py SCRATCH``. One JSON
object a line on standard input: ``{"path", "wall_s", "cpu_s", "memory_bytes", "file_bytes"}``; one a line on
standard output: ``{"tasks", "edges", "error", "problems"}``. The first line out tells the versions. It
imports nothing of this project but the file beside it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import sys
import time
import warnings
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120

import isolation  # type: ignore[import-not-found]

MOST_ANSWER_BYTES = 20_000_000


def prepare(scratch: str) -> tuple[str, Any]:
    """Imports Airflow; returns its version and a function that makes a DagBag of one file."""
    os.environ["AIRFLOW_HOME"] = os.environ["HOME"] = os.environ["TMPDIR"] = scratch
    os.environ.update(AIRFLOW__CORE__LOAD_EXAMPLES="False", AIRFLOW__LOGGING__LOGGING_LEVEL="CRITICAL")
    warnings.simplefilter("ignore")
    airflow = importlib.import_module("airflow")
    if int(airflow.__version__.split(".")[0]) >= 3:
        importlib.import_module("airflow.providers_manager")
        sdk = importlib.import_module("airflow.sdk")
        _ = sdk.DAG, sdk.dag, sdk.task
        bag = importlib.import_module("airflow.dag_processing.dagbag").DagBag
        return airflow.__version__, lambda path: bag(dag_folder=path, safe_mode=False)
    bag = importlib.import_module("airflow.models.dagbag").DagBag
    return airflow.__version__, lambda path: bag(dag_folder=path, include_examples=False, safe_mode=False)


def load(make: Any, path: str) -> dict[str, Any]:
    """Returns what DagBag makes of the file."""
    try:
        bag = make(path)
        return {
            "tasks": {name: sorted(task.task_id for task in dag.tasks) for name, dag in bag.dags.items()},
            "edges": {
                name: sorted([task.task_id, down] for task in dag.tasks for down in task.downstream_task_ids)
                for name, dag in bag.dags.items()
            },
            "error": "\n".join(bag.import_errors.values())[-4000:],
        }
    except BaseException as error:
        return {"tasks": {}, "edges": {}, "error": f"{type(error).__name__}: {error}"[-4000:]}


def child(make: Any, job: dict[str, Any], output: int) -> None:
    """Runs in the fork: gives everything up, imports the file, answers, ends."""
    scratch = os.path.dirname(job["path"])  # noqa: PTH120 - one file's own folder, emptied before the next
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        os.chdir(scratch)
        problems = isolation.isolate(scratch)
        isolation.limit_resources(job["cpu_s"], job["memory_bytes"], job["file_bytes"])
        answer: dict[str, Any] = {"tasks": {}, "edges": {}, "error": "not run", "problems": problems}
        if not problems or not job["require_isolation"]:
            answer = {**load(make, job["path"]), "problems": problems}
        data = json.dumps(answer).encode()
        while data:
            data = data[os.write(output, data) :]
    finally:
        os._exit(0)


def judge(make: Any, job: dict[str, Any]) -> dict[str, Any]:
    """Forks a child for one file and waits for its answer, at most ``wall_s`` seconds."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.setsid()
        os.close(reading)
        child(make, job, writing)
    os.close(writing)
    data, deadline = b"", time.monotonic() + job["wall_s"]
    while len(data) < MOST_ANSWER_BYTES:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        chunk = os.read(reading, 65536) if ready else b""
        if not chunk:
            break
        data += chunk
    is_late = time.monotonic() >= deadline
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    os.close(reading)
    try:
        return dict(json.loads(data))
    except ValueError:
        reason = f"more than {job['wall_s']} s" if is_late else f"ended by signal or limit (status {status})"
        return {"tasks": {}, "edges": {}, "error": f"Stopped: {reason}", "problems": []}


def main() -> None:
    """Answers one job a line until standard input ends."""
    scratch = sys.argv[1]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    version, make = prepare(scratch)
    print(json.dumps({"airflow": version, "python": sys.version.split()[0]}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(judge(make, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
