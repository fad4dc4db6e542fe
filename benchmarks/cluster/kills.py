"""Kills one part of a running cluster at a random moment of a chain: does the chain end the same?

    PYTHONPATH=include:plugins:tests:. .venv/bin/python benchmarks/cluster/kills.py --victims scheduler,redis

One chain without a kill gives the artifacts that all others must give too (by their content hashes) and its
time. Then, for every victim and point: a chain in a place of its own, the victim killed with SIGKILL at a
random moment of it, started again after ``--gap`` seconds, and the chain waited for. ``llama-server`` is
the one that a task has started. ``s3-server`` is not killed, for it keeps its objects in memory: it stops
answering for the gap. Appends one JSON line per chain to ``--output``.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import fcntl
import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from asset_chain import CHAIN, form
from cluster import processes
from cluster_session import ClusterSession
from small_recipe import write_small_recipe

VICTIMS = (
    "worker",
    "gpu-worker",
    "scheduler",
    "dag-processor",
    "triggerer",
    "redis",
    "postgres",
    "api-server",
    "llama-server",
    "s3-server",
)
STAGES = ("mining", "judging", "instructions", "dataset", "base_model", "training", "inference", "evaluation")
LAST_STAGE = dict(zip(CHAIN, ("judging", "instructions", "dataset", "training", "evaluation"), strict=True))
# Whose bytes tell of time or process, not of content.
NOT_COMPARED = ("inference/ledger.sqlite", "evaluation/report.html")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--victims", default=",".join(VICTIMS))
    parser.add_argument("--points", type=int, default=1, help="kills of each victim")
    parser.add_argument("--gap", type=float, default=10.0, help="seconds until the victim is started again")
    parser.add_argument(
        "--within", type=float, default=900.0, help="seconds after which a chain counts as stuck"
    )
    parser.add_argument(
        "--until", default=CHAIN[-1], choices=CHAIN, help="last DAG of the chain; the ones behind are paused"
    )
    parser.add_argument("--keep", action="store_true", help="let the cluster run on for another call")
    parser.add_argument("--lock", default="", help="file to lock during each chain")
    parser.add_argument("--seed", type=int, default=3407)
    parser.add_argument("--output", type=Path, default=Path("build/kills.jsonl"))
    arguments = parser.parse_args()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    dice = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        write_small_recipe(Path(folder))
        cluster = ClusterSession(Path(folder))
        try:
            for dag_id in CHAIN:
                behind = CHAIN.index(dag_id) > CHAIN.index(arguments.until)
                cluster.send("PATCH", f"dags/{dag_id}", {"is_paused": behind})
            reference = run(cluster, "none", 0, None, arguments)
            write(arguments.output, reference)
            for victim in arguments.victims.split(","):
                for point in range(arguments.points):
                    moment_s = dice.uniform(5, 0.9 * reference["seconds"])
                    write(arguments.output, run(cluster, victim, point, moment_s, arguments, reference))
        finally:
            if not arguments.keep:
                cluster.close()


def run(
    cluster: ClusterSession,
    victim: str,
    point: int,
    moment_s: float | None,
    arguments: argparse.Namespace,
    reference: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Returns what became of one chain."""
    with machine_of_our_own(arguments.lock):
        return run_now(cluster, victim, point, moment_s, arguments, reference)


@contextlib.contextmanager
def machine_of_our_own(path: str) -> Iterator[None]:
    if not path:
        yield
        return
    with Path(path).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run_now(
    cluster: ClusterSession,
    victim: str,
    point: int,
    moment_s: float | None,
    arguments: argparse.Namespace,
    reference: dict[str, Any] | None,
) -> dict[str, Any]:
    # A key of its own for each chain: a day that no night will ever ask for, another one every ten seconds.
    day = datetime.date(1900, 1, 1) + datetime.timedelta(days=int(time.time() / 10) % 25_000)
    partition = day.isoformat()
    root = f"s3://airflownet/{victim}-{partition}"
    started = time.monotonic()
    conf = form(cluster, "mine_dags", recipe="small", artifact_root=root)
    cluster.trigger("mine_dags", conf, partition_key=partition)
    during: list[str] = []
    if moment_s is not None:
        if victim == "llama-server":
            moment_s = hit_llama_server(cluster, started, arguments.within)
        else:
            time.sleep(max(0.0, started + moment_s - time.monotonic()))
            during = running_tasks(cluster)
            hit(cluster, victim, arguments.gap)
    ended = wait_for_end(cluster, partition, arguments.until, started + arguments.within)
    row: dict[str, Any] = {
        "victim": victim,
        "point": point,
        "moment_s": None if moment_s is None else round(moment_s, 1),
        "during": during,
        "ended": ended,
        "seconds": round(time.monotonic() - started, 1),
        "tries": tries(cluster, partition),
        "artifacts": artifacts(cluster, root, arguments.until) if ended == "success" else {},
    }
    if reference is not None:
        row["same"] = row["artifacts"] == reference["artifacts"]
    return row


def hit(cluster: ClusterSession, victim: str, gap_s: float) -> None:
    if victim == "s3-server":
        identity = processes.find(cluster.plan, victim)
        assert identity is not None
        server = psutil.Process(identity.pid)
        server.suspend()
        time.sleep(gap_s)
        server.resume()
        return
    cluster.command("kill", victim, "--for", str(gap_s))


def hit_llama_server(cluster: ClusterSession, started: float, within_s: float) -> float:
    """Kills a task's llama-server two seconds after it was seen; returns the moment."""
    while time.monotonic() < started + within_s:
        for process in processes.stragglers(cluster.plan.root):
            with contextlib.suppress(psutil.Error):
                if process.name() == "llama-server":
                    time.sleep(2)
                    process.kill()
                    return time.monotonic() - started
        time.sleep(0.2)
    return -1.0


def patiently(ask: Any, default: Any) -> Any:
    """The API server, or the database behind it, may be what was killed."""
    try:
        return ask()
    except Exception:
        time.sleep(2)
        return default


def runs_of(cluster: ClusterSession, partition: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (dag_id, found)
        for dag_id in CHAIN
        for found in cluster.runs(dag_id)
        if found["partition_key"] == partition
    ]


def running_tasks(cluster: ClusterSession) -> list[str]:
    def ask() -> list[str]:
        tasks = cluster.get("dags/~/dagRuns/~/taskInstances", state="running", limit=50)["task_instances"]
        return [f"{task['dag_id']}.{task['task_id']}" for task in tasks]

    return list(patiently(ask, []))


def wait_for_end(cluster: ClusterSession, partition: str, last: str, deadline: float) -> str:
    while time.monotonic() < deadline:
        runs = patiently(lambda: runs_of(cluster, partition), [])
        if failed := [dag_id for dag_id, run_ in runs if run_["state"] == "failed"]:
            return f"failed: {', '.join(failed)}"
        if any(dag_id == last and run_["state"] == "success" for dag_id, run_ in runs):
            return "success"
        time.sleep(2)
    return "stuck"


def tries(cluster: ClusterSession, partition: str) -> dict[str, int]:
    """Returns the tasks that were tried more than once."""
    found = {}
    for dag_id, run_ in patiently(lambda: runs_of(cluster, partition), []):
        for task in cluster._instances(dag_id, run_["dag_run_id"]):
            if task["try_number"] > 1:
                found[f"{dag_id}.{task['task_id']}"] = task["try_number"]
    return found


def artifacts(cluster: ClusterSession, root: str, last: str) -> dict[str, str]:
    """Returns the hash of every file of every stage."""
    found = {}
    for stage in STAGES[: STAGES.index(LAST_STAGE[last]) + 1]:
        outputs = cluster.artifact(f"{root}/small/{stage}/manifest.json")["outputs"]
        for name, output in outputs.items():
            if f"{stage}/{name}" not in NOT_COMPARED and not name.endswith(".log"):
                found[f"{stage}/{name}"] = output["sha256"]
    return found


def write(path: Path, row: dict[str, Any]) -> None:
    with path.open("a") as file:
        file.write(json.dumps(row) + "\n")
    print(json.dumps({name: value for name, value in row.items() if name != "artifacts"}), flush=True)


if __name__ == "__main__":
    main()
