"""The warm process: imports Airflow once, then forks a child for each file.

Started by ``import_judge`` with an interpreter that has Airflow: ``python worker.py SCRATCH``. One JSON
object a line on standard input, a file to judge ``{"path", "wall_s", "cpu_s", "memory_bytes", "file_bytes",
"folder_bytes", "require_isolation"}``, for a file of a project also ``folder``, ``readable``,
``first_on_path``, ``last_on_path`` and ``environment``, or modules to import before
``{"warm": ["airflow.providers..."]}``; one a line on standard output: ``{"tasks", "edges", "error",
"problems"}`` or ``{"warmed": 1}``. The first line out tells the versions.
It imports nothing of this project but the files beside it.
"""

from __future__ import annotations

import contextlib
import gc
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

import fork_apart  # type: ignore[import-not-found]
import isolation  # type: ignore[import-not-found]

# What a file imports is not found here.
for _name in ("fork_apart", "isolation", "landlock", "syscall_filter"):
    sys.modules.pop(_name, None)
sys.path.pop(0)

MOST_ANSWER_BYTES = 20_000_000
SECONDS_BETWEEN_LOOKS = 0.25
MOST_FILES = 10_000


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
        try:
            bag = importlib.import_module("airflow.dag_processing.dagbag").DagBag
        except ImportError:  # up to 3.1
            bag = importlib.import_module("airflow.models.dagbag").DagBag
        return airflow.__version__, lambda path: bag(dag_folder=path, safe_mode=False)
    importlib.import_module("airflow.models.dag")  # DagBag passes over files where this cannot be imported
    bag = importlib.import_module("airflow.models.dagbag").DagBag
    return airflow.__version__, lambda path: bag(dag_folder=path, include_examples=False, safe_mode=False)


def warm(modules: list[str]) -> dict[str, Any]:
    """Imports official modules that many files need; what cannot be imported is left to the files.

    What the warm process holds is then taken out of the garbage collector's sight: a child that walked over
    it would copy it all.
    """
    for module in modules:
        if module.split(".")[0] == "airflow":
            with contextlib.suppress(Exception):
                importlib.import_module(module)
    gc.collect()
    gc.freeze()
    return {"warmed": len(modules)}


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


def folder_of(job: dict[str, Any]) -> str:
    """Returns the folder that a file may write to: one of its own, as a rule the one that it lies in."""
    return str(job.get("folder") or os.path.dirname(job["path"]))  # noqa: PTH120


def child(make: Any, job: dict[str, Any], output: int, problem: str) -> None:
    """Runs in the fork: gives everything up, imports the file, answers; the caller ends the process."""
    folder, home = folder_of(job), os.environ["HOME"]
    os.environ["TMPDIR"] = folder
    first, last = job.get("first_on_path", []), job.get("last_on_path", [])
    os.chdir(folder)
    isolation.limit_resources(job["cpu_s"], job["memory_bytes"], job["file_bytes"])
    problems = [problem] if problem else []
    problems += isolation.isolate(home, folder, (*job.get("readable", ()), *first, *last))
    # Not before: what the project puts in front of Python's own modules must find the doors closed.
    os.environ.update(job.get("environment", {}))
    sys.path[:0] = first
    sys.path += last
    answer: dict[str, Any] = {"tasks": {}, "edges": {}, "error": "not run", "problems": problems}
    if not problems or not job["require_isolation"]:
        answer = {**load(make, job["path"]), "problems": problems}
    data = json.dumps(answer).encode()
    while data:
        data = data[os.write(output, data) :]


def judge(make: Any, job: dict[str, Any], protocol: tuple[int, ...]) -> dict[str, Any]:
    """Forks a child for one file and waits for its answer, at most ``wall_s`` seconds."""
    run = fork_apart.start(
        lambda output, problem: child(make, job, output, problem), isolation.own_namespaces, protocol
    )
    data, reason, deadline = b"", "", time.monotonic() + job["wall_s"]
    while not reason:
        ready, _, _ = select.select([run.output], [], [], SECONDS_BETWEEN_LOOKS)
        if ready:
            chunk = os.read(run.output, 65536)
            data += chunk
            if not chunk:
                break
        if len(data) > MOST_ANSWER_BYTES:
            reason = f"an answer of more than {MOST_ANSWER_BYTES} bytes"
        elif time.monotonic() >= deadline:
            reason = f"more than {job['wall_s']} s"
        elif not ready and holds_more(folder_of(job), job["folder_bytes"]):
            reason = f"more than {job['folder_bytes']} bytes or {MOST_FILES} files written"
    number = run.end()
    answer = None if reason else parsed(data)
    if answer is not None:
        return answer
    name = signal.Signals(number).name if number else "its own exit"
    return {"tasks": {}, "edges": {}, "error": f"Stopped: {reason or f'ended by {name}'}", "problems": []}


def parsed(data: bytes) -> dict[str, Any] | None:
    """Returns the child's answer; None where it has not the shape of one (the file may have written it)."""
    try:
        answer = json.loads(data)
        graphs = [*answer["edges"].values(), *answer["tasks"].values()]
        names = [*answer["tasks"], *(name for tasks in answer["tasks"].values() for name in tasks)]
        ends = [end for edges in answer["edges"].values() for up, down in edges for end in (up, down)]
        texts = [answer["error"], *answer["problems"], *names, *ends]
        is_whole = all(type(graph) is list for graph in graphs) and all(type(text) is str for text in texts)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return dict(answer) if is_whole else None


def holds_more(folder: str, limit_bytes: int) -> bool:
    """Whether a folder holds more bytes than that, or very many files."""
    found_bytes = n_files = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            n_files += 1
            with contextlib.suppress(OSError):
                found_bytes += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118
            if n_files > MOST_FILES or found_bytes > limit_bytes:
                return True
    return False


def main() -> None:
    """Answers one job a line until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    version, make = prepare(sys.argv[1])
    warm([])
    print(json.dumps({"airflow": version, "python": sys.version.split()[0]}), file=answers, flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        answer = warm(job["warm"]) if "warm" in job else judge(make, job, (answers.fileno(),))
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
