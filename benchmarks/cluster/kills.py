"""Kills one part of a running cluster again and again at random moments: does the chain end the same?

    PYTHONPATH=include:plugins:tests:. .venv/bin/python benchmarks/cluster/kills.py --victims scheduler,redis

One chain without a kill gives the artifacts that all others must give too (by their content hashes), its
time, and what was submitted to Claude, which here is a server of this script that speaks Message Batches and
counts. Then, for every victim: chains in places of their own, in which it is killed with SIGKILL at random
moments, each time started again after ``--gap`` seconds, until it has been killed ``--kills`` times. Three
exceptions: ``gpu-worker`` is killed while fine-tuning and evaluation run on the data set of the first chain,
``llama-server`` (the one that a task has started) while evaluation runs, and ``s3-server`` is not killed, for
it keeps its objects in memory: it stops answering for the gap. Appends one JSON line a chain to ``--output``.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import random
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import yaml

from asset_chain import CHAIN, form
from cluster import processes
from cluster_session import ClusterSession
from servers.anthropic_server import AnthropicServer
from small_recipe import write_small_recipe

FRONT = CHAIN[:2]
"""From mining to instructions, of few files but in shards: what most victims are killed in."""
DATASET = CHAIN[:3]
BACK = CHAIN[3:]
"""Training and evaluation, on the data set of a chain of its own."""
RECIPES = {FRONT: "few", DATASET: "small", BACK: "long", CHAIN[4:]: "long"}
FILES_PER_SHARD = 6
VICTIMS = {
    "worker": FRONT,
    "scheduler": FRONT,
    "dag-processor": FRONT,
    "triggerer": FRONT,
    "redis": FRONT,
    "postgres": FRONT,
    "api-server": FRONT,
    "s3-server": FRONT,
    "gpu-worker": BACK,
    "llama-server": CHAIN[4:],
}
STAGES = {
    "mine_dags": ("mining", "judging"),
    "generate_instructions": ("instructions",),
    "assemble_dataset": ("dataset",),
    "finetune_model": ("base_model", "training"),
    "evaluate_models": ("inference", "evaluation"),
}
# Whose bytes tell of time or process, not of content.
NOT_COMPARED = ("inference/ledger.sqlite", "evaluation/report.html")
VIEWS = ("brief", "workflow", "data_processing", "terse", "specification", "change_request")
FOLDER = Path("build/kills")
KEY = "key-of-nobody-3407"
CLAUDE_PORT = 18_971
# A worker that is gone is missed sooner than in production, so that ten losses fit into an hour.
SETTINGS = {"AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "40"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--victims", default=",".join(VICTIMS))
    parser.add_argument("--kills", type=int, default=10, help="of each victim")
    parser.add_argument("--gap", type=float, default=5.0, help="seconds until the victim is started again")
    parser.add_argument(
        "--pause", type=float, default=15.0, help="longest time between two kills, in seconds"
    )
    parser.add_argument(
        "--within", type=float, default=900.0, help="seconds after which a chain counts as stuck"
    )
    parser.add_argument("--for", dest="seconds", type=float, default=1e9, help="no new chain after that long")
    parser.add_argument("--keep", action="store_true", help="let the cluster run on for another call")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--output", type=Path, default=FOLDER / "kills.jsonl")
    arguments = parser.parse_args()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with AnthropicServer(_reply, port=CLAUDE_PORT, key=KEY) as claude:
        write_recipes(claude.url)
        options = [word for item in SETTINGS.items() for word in ("--set", "=".join(item))]
        cluster = ClusterSession(FOLDER, *options)
        try:
            run = Run(cluster, claude, arguments)
            run.prepare()
            for victim in filter(None, arguments.victims.split(",")):
                while run.missing(victim) > 0 and time.monotonic() - started < arguments.seconds:
                    run.chain(VICTIMS[victim], victim)
        finally:
            if not arguments.keep:
                cluster.close()


class Run:
    """Chains on one cluster, and what is known of those before them."""

    def __init__(
        self, cluster: ClusterSession, claude: AnthropicServer, arguments: argparse.Namespace
    ) -> None:
        self._cluster = cluster
        self._claude = claude
        self._arguments = arguments
        self._dice = random.Random(arguments.seed)
        self._rows: list[dict[str, Any]] = []
        if arguments.output.is_file():
            self._rows = [json.loads(line) for line in arguments.output.read_text().splitlines()]
        self._cluster_id = cluster.plan.secrets["s3_user"]  # one reference each cluster: S3 forgets

    def prepare(self) -> None:
        """Lets the tasks have the key for Claude, as a person would, and last night's run pass by.

        Switched on, `mine_dags` begins with that run; it would ask for the same instructions once more.
        """
        key = {"connection_id": "anthropic_default", "conn_type": "anthropic", "password": KEY}
        with contextlib.suppress(AssertionError):  # there already, of an earlier call
            self._cluster.send("POST", "connections", key)
        for dag_id in CHAIN:
            self._cluster.send("PATCH", f"dags/{dag_id}", {"is_paused": dag_id != CHAIN[0]})
        self._cluster.wait_for(lambda: bool(self._cluster.runs(CHAIN[0])))
        for run in self._cluster.runs(CHAIN[0]):
            if run["run_type"] == "scheduled":
                self._cluster.finished(CHAIN[0], run["dag_run_id"])

    def missing(self, victim: str) -> int:
        """Returns how many kills of the victim are still to come."""
        return int(self._arguments.kills) - sum(
            len(row["kills"]) for row in self._rows if row["victim"] == victim and row["ended"] == "success"
        )

    def chain(self, dags: tuple[str, ...], victim: str) -> dict[str, Any]:
        """Runs one chain and writes what became of it; the chain without a kill before it, where needed."""
        reference = self._reference(dags) if victim != "none" else None
        # A key of its own for each chain: a day that no night will ever ask for.
        day = datetime.date(1900, 1, 1) + datetime.timedelta(days=int(time.time() / 10) % 25_000)
        partition = day.isoformat()
        root = f"s3://airflownet/{victim}-{partition}"
        recipe = RECIPES[dags]
        fields: dict[str, Any] = {"recipe": recipe, "artifact_root": root}
        if dags[0] != "mine_dags":  # goes on from the artifacts of chains without a kill
            for one in CHAIN[: CHAIN.index(dags[0])]:
                part = DATASET if one in DATASET else BACK
                place = f"{self._reference(part)['root']}/{RECIPES[part]}"
                fields |= {stage: f"{place}/{stage}" for stage in STAGES[one]}
        for dag_id in CHAIN:
            self._cluster.send("PATCH", f"dags/{dag_id}", {"is_paused": dag_id not in dags})
        n_batches = len(self._claude.created)
        started = time.monotonic()
        conf = form(self._cluster, dags[0]) | fields
        self._cluster.trigger(dags[0], conf, partition_key=partition)
        killer = Killer(self._cluster, victim, self._dice, self._arguments, dags, self.missing(victim))
        killer.start()
        try:
            ended = self._wait_for_end(partition, dags, started + self._arguments.within)
        finally:
            killer.ended.set()
            killer.join()
        paid = Counter(key for batch in self._claude.created[n_batches:] for key in batch)
        row: dict[str, Any] = {
            "victim": victim,
            "dags": dags,
            "cluster": self._cluster_id,
            "root": root,
            "ended": ended,
            "seconds": round(time.monotonic() - started, 1),
            "kills": [(round(at - started, 1), during) for at, during in killer.kills],
            "tries": self._tries(partition, dags),
            "instructions_asked": len(paid),
            "paid_twice": sum(count > 1 for count in paid.values()),
            "load": round(os.getloadavg()[0], 1),
            "artifacts": self._artifacts(f"{root}/{recipe}", dags) if ended == "success" else {},
        }
        if reference is not None:
            wanted = {name: sha256 for name, sha256 in reference.items() if _stage(name) in _stages(dags)}
            row["differ"] = sorted(
                name for name in wanted | row["artifacts"] if wanted.get(name) != row["artifacts"].get(name)
            )
        self._rows.append(row)
        with self._arguments.output.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps({name: value for name, value in row.items() if name != "artifacts"}), flush=True)
        return row

    def _reference(self, dags: tuple[str, ...]) -> dict[str, Any]:
        """Returns the artifacts of a chain without a kill, and its ``root``."""
        part = dags if dags in (FRONT, DATASET) else BACK
        rows = [
            row
            for row in self._rows
            if row["victim"] == "none"
            and row["cluster"] == self._cluster_id
            and tuple(row["dags"]) == part
            and row["ended"] == "success"
        ]
        row = rows[-1] if rows else self.chain(part, "none")
        assert row["ended"] == "success", row
        return {**row["artifacts"], "root": row["root"]}

    def _wait_for_end(self, partition: str, dags: tuple[str, ...], deadline: float) -> str:
        while time.monotonic() < deadline:
            runs = patiently(lambda: self._runs(partition, dags), [])
            if failed := [dag_id for dag_id, run in runs if run["state"] == "failed"]:
                return f"failed: {', '.join(failed)}"
            if any(dag_id == dags[-1] and run["state"] == "success" for dag_id, run in runs):
                return "success"
            time.sleep(1)
        return "stuck"

    def _runs(self, partition: str, dags: tuple[str, ...]) -> list[tuple[str, dict[str, Any]]]:
        return [
            (dag_id, found)
            for dag_id in dags
            for found in self._cluster.runs(dag_id)
            if found["partition_key"] == partition
        ]

    def _tries(self, partition: str, dags: tuple[str, ...]) -> dict[str, int]:
        """Returns the tasks that were tried more than once."""
        found = {}
        for dag_id, run in patiently(lambda: self._runs(partition, dags), []):
            for task in self._cluster._instances(dag_id, run["dag_run_id"]):
                if task["try_number"] > 1:
                    found[f"{dag_id}.{task['task_id']}"] = task["try_number"]
        return found

    def _artifacts(self, folder: str, dags: tuple[str, ...]) -> dict[str, str]:
        """Returns the hash of every file of every stage."""
        places = [f"{folder}/{stage}" for stage in _stages(dags)]
        code = (
            "import json, sys; from airflownet.locations import read_manifest\n"
            "print(json.dumps([read_manifest(place)['outputs'] for place in sys.argv[1:]]))"
        )
        plan = self._cluster.plan
        answer = subprocess.run(
            [str(plan.python), "-c", code, *places],
            env=os.environ | plan.environment(""),
            capture_output=True,
            text=True,
            check=True,
        )
        found = {}
        for place, outputs in zip(places, json.loads(answer.stdout), strict=True):
            for name, output in outputs.items():
                path = f"{place.rsplit('/', 1)[1]}/{name}"
                if path not in NOT_COMPARED and not name.endswith(".log"):
                    found[path] = output["sha256"]
        return found


class Killer(threading.Thread):
    """Kills the victim again and again until the chain has ended.

    ``kills`` holds the moments and which tasks ran then.
    """

    def __init__(
        self,
        cluster: ClusterSession,
        victim: str,
        dice: random.Random,
        arguments: argparse.Namespace,
        dags: tuple[str, ...],
        at_most: int,
    ) -> None:
        super().__init__(daemon=True)
        self._cluster = cluster
        self._victim = victim
        self._dice = dice
        self._arguments = arguments
        self._at_most = at_most
        self._dags = dags
        self.kills: list[tuple[float, list[str]]] = []
        self.ended = threading.Event()

    def run(self) -> None:
        if self._victim == "none":
            return
        while len(self.kills) < self._at_most and not self.ended.is_set():
            if self.ended.wait(self._dice.uniform(0, self._arguments.pause)):
                return
            during = patiently(self._running_tasks, ["unknown"])
            if self._victim == "gpu-worker" and not during:
                continue  # what it loses when it does nothing is nothing
            if self._hit():
                self.kills.append((time.monotonic(), during))

    def _hit(self) -> bool:
        gap_s = self._arguments.gap
        if self._victim == "llama-server":
            for process in processes.stragglers(self._cluster.plan.root):
                with contextlib.suppress(psutil.Error):
                    if process.name() == "llama-server":
                        process.kill()
                        return True
            return False
        identity = processes.find(self._cluster.plan, self._victim)
        if identity is None:
            return False
        if self._victim == "s3-server":
            server = psutil.Process(identity.pid)
            server.suspend()
            time.sleep(gap_s)
            server.resume()
            return True
        self._cluster.command("kill", self._victim, "--for", str(gap_s))
        time.sleep(gap_s)
        return True

    def _running_tasks(self) -> list[str]:
        queues = {"gpu-worker": {"gpu"}, "llama-server": {"gpu"}}.get(self._victim, {"default", "gpu"})
        with self._cluster.another_client() as ask:
            tasks = ask("dags/~/dagRuns/~/taskInstances", state="running", limit=50)["task_instances"]
        return [f"{task['dag_id']}.{task['task_id']}" for task in tasks if task["queue"] in queues]


def write_recipes(claude_url: str) -> None:
    """Writes the recipes: of every stage, of so few files that ten kills take minutes, of long answers."""
    recipe = yaml.safe_load(write_small_recipe(FOLDER, claude_url).read_text())
    recipe["name"] = "few"
    recipe["mining"]["sources"] = [
        source for source in recipe["mining"]["sources"] if source["project"].endswith("-standard")
    ]
    recipe["judging"] = {"shard_size": FILES_PER_SHARD}
    (FOLDER / "few.yaml").write_text(yaml.safe_dump(recipe))
    recipe["name"] = "long"
    recipe["inference"] |= {"n_slots": 1, "max_completion_tokens": 700}
    (FOLDER / "long.yaml").write_text(yaml.safe_dump(recipe))


def patiently(ask: Any, default: Any) -> Any:
    """The API server, or the database behind it, may be what was killed."""
    try:
        return ask()
    except Exception:
        time.sleep(1)
        return default


def _stages(dags: tuple[str, ...]) -> list[str]:
    return [stage for dag_id in dags for stage in STAGES[dag_id]]


def _stage(name: str) -> str:
    return name.split("/", 1)[0]


def _reply(params: dict[str, Any]) -> str:  # noqa: ARG001  the same to all
    return json.dumps({view: f"Please build the sales pipeline, as a {view} text." for view in VIEWS})


if __name__ == "__main__":
    main()
