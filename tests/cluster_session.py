"""A running ``make cluster``, spoken to over Airflow's REST API; parts of it killed and started again."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from cluster.plan import Plan

from airflow_session import AirflowSession

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cluster-test"
UP_WITHIN_S = 900
PARSED_WITHIN_S = 300
DAGS = list((ROOT / "dags").glob("*.py"))


class ClusterSession(AirflowSession):
    """One cluster in a folder of its own; ``close`` ends it."""

    def __init__(self, recipes: Path, *options: str) -> None:
        self.command("up", "--recipes", str(recipes), *options)
        plan = Plan.load(FOLDER)
        assert plan is not None
        self.plan = plan
        self._home = plan.root
        self._client = httpx.Client(base_url=plan.url, timeout=120)
        try:
            self.wait_for(lambda: len(self.get("dags", limit=100)["dags"]) == len(DAGS), PARSED_WITHIN_S)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Ends the cluster."""
        self._client.close()
        self.command("down")

    def command(self, *words: str) -> str:
        """Runs ``python -m cluster`` as make does; returns what it prints."""
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT / "include"), str(ROOT)]),
            "AIRFLOWNET_CLUSTER_DIR": str(FOLDER),
        }
        answer = subprocess.run(
            [sys.executable, "-m", "cluster", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=UP_WITHIN_S,
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    @contextlib.contextmanager
    def another_client(self) -> Iterator[Callable[..., dict[str, Any]]]:
        """Yields ``get`` for another thread, with a connection of its own."""
        with httpx.Client(base_url=self.plan.url, timeout=10) as client:

            def get(path: str, **query: Any) -> dict[str, Any]:
                answer = client.get(f"/api/v2/{path}", params=query)
                answer.raise_for_status()
                return dict(answer.json())

            yield get

    def machines(self, dag_id: str) -> dict[str, tuple[str, str]]:
        """Returns task id -> (queue, address of the machine) of the tasks of a DAG that ran."""
        return {
            task["task_id"]: (task["queue"], task["hostname"])
            for run in self.runs(dag_id)
            for task in self._instances(dag_id, run["dag_run_id"])
            if task["hostname"]
        }

    def artifact(self, place: str) -> dict[str, Any]:
        """Returns the JSON at a URL on S3, read with the cluster's own environment."""
        code = (
            "import json, sys; from airflownet.object_store import read_text\n"
            "print(read_text(*sys.argv[1].rsplit('/', 1)))"
        )
        answer = subprocess.run(
            [str(self.plan.python), "-c", code, place],
            env=os.environ | self.plan.environment(""),
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 0, answer.stderr
        return dict(json.loads(answer.stdout))
