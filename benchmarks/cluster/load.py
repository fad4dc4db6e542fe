"""A run of many mapped shards on a cluster with another run beside it: memory, scheduler lag, time.

    PYTHONPATH=include:plugins:tests:. .venv/bin/python benchmarks/cluster/load.py --shards 1000

Starts a cluster and a run of `mine_dags` on synthetic files whose judging is cut into so many shards; as soon
as they are mined, a run of `generate_instructions` on the same files beside it. Prints and appends to
``--output`` one JSON line: seconds of both runs, the shards' times, how long a task waited between being
scheduled and started (s), the largest age of the scheduler's heartbeat (s), and the largest memory of each
part of the cluster with all its processes (MB, pages that several share counted once each).
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml
from cluster.topology import COMPONENTS

from asset_chain import form
from cluster import processes
from cluster_session import ClusterSession
from small_recipe import write_small_recipe

SAMPLE_EVERY_S = 2.0
PARTS = ("postgres", "redis", *(component.name for component in COMPONENTS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=int, default=1000)
    parser.add_argument("--files-per-shard", type=int, default=2)
    parser.add_argument("--within", type=float, default=3600.0, help="seconds after which it is given up")
    parser.add_argument("--output", type=Path, default=Path("build/cluster-load.jsonl"))
    arguments = parser.parse_args()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "dags"
        _write_files(files, arguments.shards * arguments.files_per_shard)
        _write_recipe(Path(folder), files, arguments.files_per_shard)
        cluster = ClusterSession(Path(folder))
        try:
            row = _measure(cluster, arguments)
        finally:
            cluster.close()
    with arguments.output.open("a") as file:
        file.write(json.dumps(row) + "\n")
    print(json.dumps(row, indent=1))


def _write_files(folder: Path, n_files: int) -> None:
    sys.path.insert(0, str(Path(__file__).parents[1] / "dataset"))
    from synthetic_corpus import original

    folder.mkdir()
    dice = random.Random(3407)
    for number in range(n_files):
        (folder / f"{number:06}.py").write_text(original(number, dice))


def _write_recipe(folder: Path, files: Path, shard_size: int) -> None:
    path = write_small_recipe(folder)
    recipe = yaml.safe_load(path.read_text())
    recipe["mining"] = {"sources": [{"kind": "local", "path": str(files), "licence": "Apache-2.0"}]}
    recipe["judging"] = {"shard_size": shard_size}
    path.write_text(yaml.safe_dump(recipe))


def _measure(cluster: ClusterSession, arguments: argparse.Namespace) -> dict[str, Any]:
    for dag_id in ("generate_instructions", "assemble_dataset"):
        cluster.send("PATCH", f"dags/{dag_id}", {"is_paused": True})
    cluster.send("PATCH", "dags/mine_dags", {"is_paused": False})
    cluster.wait_for(lambda: bool(cluster.runs("mine_dags")), 60)
    (night,) = cluster.runs("mine_dags")  # last night's, which unpausing starts: this is the large one
    mined = f"{cluster.plan.artifact_root}/small/mining"
    watch = Watch(cluster)
    watch.start()
    started = time.monotonic()
    cluster.wait_for(lambda: _is_done(cluster, "mine_dags", night["dag_run_id"], "mine"), 900)
    beside = form(cluster, "generate_instructions", recipe="small", mining=mined)
    cluster.send("PATCH", "dags/generate_instructions", {"is_paused": False})
    second = cluster.trigger("generate_instructions", beside, partition_key="1900-01-01")
    second_started = time.monotonic()
    cluster.finished("generate_instructions", second, arguments.within)
    second_s = time.monotonic() - second_started
    cluster.finished("mine_dags", night["dag_run_id"], arguments.within)
    seconds = time.monotonic() - started
    watch.ended.set()
    watch.join()
    tasks = _instances(cluster, "mine_dags", night["dag_run_id"])
    shards = [task for task in tasks if task["task_id"] == "judge_shard"]
    waits = sorted(_between(task, "queued_when", "start_date") for task in shards)
    return {
        "shards": len(shards),
        "files": arguments.shards * arguments.files_per_shard,
        "states": sorted({task["state"] for task in tasks}),
        "run_s": round(seconds, 1),
        "run_beside_s": round(second_s, 1),
        "shard_s_median": round(statistics.median(task["duration"] for task in shards), 2),
        "shards_per_minute": round(60 * len(shards) / _span(shards), 1),
        "queued_to_started_s_median": round(statistics.median(waits), 2),
        "queued_to_started_s_largest": round(waits[-1], 2),
        "put_together_s": round(next(t["duration"] for t in tasks if t["task_id"] == "judge"), 1),
        "heartbeat_age_s_largest": round(watch.heartbeat_age_s, 1),
        "memory_mb_largest": dict(sorted(watch.memory_mb.items())),
        "load_average": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }


class Watch(threading.Thread):
    """Looks at memory and at the scheduler's heartbeat every two seconds."""

    def __init__(self, cluster: ClusterSession) -> None:
        super().__init__(daemon=True)
        self._cluster = cluster
        self.memory_mb: dict[str, int] = defaultdict(int)
        self.heartbeat_age_s = 0.0
        self.ended = threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=self._cluster.plan.url, timeout=10) as client:
            while not self.ended.wait(SAMPLE_EVERY_S):
                for part in PARTS:
                    self.memory_mb[part] = max(self.memory_mb[part], self._memory_mb(part))
                with contextlib.suppress(httpx.HTTPError, KeyError, TypeError, ValueError):
                    health = client.get("/api/v2/monitor/health").json()
                    beat = _time(health["scheduler"]["latest_scheduler_heartbeat"])
                    age_s = (datetime.datetime.now(datetime.UTC) - beat).total_seconds()
                    self.heartbeat_age_s = max(self.heartbeat_age_s, age_s)

    def _memory_mb(self, part: str) -> int:
        identity = processes.find(self._cluster.plan, part)
        total = 0
        with contextlib.suppress(psutil.Error, OSError):
            if identity is not None:
                first = psutil.Process(identity.pid)
                for process in [first, *first.children(recursive=True)]:
                    with contextlib.suppress(psutil.Error, OSError):
                        total += process.memory_full_info().pss
        return total // 10**6


def _instances(cluster: ClusterSession, dag_id: str, run_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        page = cluster.get(path, limit=100, offset=len(found))["task_instances"]
        found += page
        if not page:
            return found


def _is_done(cluster: ClusterSession, dag_id: str, run_id: str, task_id: str) -> bool:
    """Raises where it never will be: with the last words of what has failed."""
    state = cluster.get(f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}")["state"]
    if state in ("failed", "upstream_failed"):
        cluster.finished(dag_id, run_id)
    return bool(state == "success")


def _between(task: dict[str, Any], first: str, last: str) -> float:
    return (_time(task[last]) - _time(task[first])).total_seconds()


def _span(tasks: list[dict[str, Any]]) -> float:
    first = min(_time(task["start_date"]) for task in tasks)
    return (max(_time(task["end_date"]) for task in tasks) - first).total_seconds()


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


if __name__ == "__main__":
    main()
