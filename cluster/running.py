"""Starts a whole cluster in order, tells how it is, starts one part again, ends all of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from functools import partial
from pathlib import Path

from airflownet.errors import SetupError
from cluster import processes
from cluster.plan import CLONE, Plan
from cluster.programs import STAMP, ensure_environments, ensure_system_programs
from cluster.services import (
    S3_SERVER,
    answers,
    start_broker,
    start_database,
    start_llama,
    start_s3,
    wait,
)
from cluster.topology import BROKER, COMPONENTS, DATABASE, LLAMA_SERVER

SERVICES = {
    DATABASE: start_database,
    BROKER: start_broker,
    S3_SERVER: start_s3,
    LLAMA_SERVER: start_llama,
}
NAMES = (*SERVICES, *(component.name for component in COMPONENTS))
KEEPER = "keeper"
_OURS = (*NAMES, KEEPER, "shell", "task-logs", "plan.json", "postgres.password")
"""What a cluster leaves in its folder besides the Python environments, which stay."""
_UP_AFTER_S = 600.0
# PostgreSQL waits for its clients at SIGTERM; at SIGINT it ends as soon as all is on disk.
_SIGNALS = {DATABASE: signal.SIGINT}


def up(plan: Plan) -> None:
    """Starts everything; returns when all of it answers.

    Raises:
        SetupError: a program is missing, or a part did not come up.
    """
    plan.root.mkdir(parents=True, exist_ok=True)
    plan.save()
    _say("Looking for PostgreSQL, Redis and the Python environments ...")
    ensure_system_programs()
    ensure_environments(plan)
    for name, start in SERVICES.items():
        if name == LLAMA_SERVER and not plan.llama_model:
            continue
        start(plan)
        _say(f"  {name} is up")
    _prepare_airflow(plan)
    for component in COMPONENTS:
        start_component(plan, component.name)
    wait(plan, "api-server", lambda: answers(f"{plan.url}/api/v2/version"), _UP_AFTER_S)
    _say("  api-server is up")
    for component in COMPONENTS:
        if component.is_worker:
            wait(plan, component.name, partial(_has_said, plan, component.name, " ready."), _UP_AFTER_S)
            _say(f"  {component.name} is up")
    for name, key in (("scheduler",) * 2, ("dag-processor", "dag_processor"), ("triggerer",) * 2):
        wait(plan, name, partial(_is_healthy, plan, key), _UP_AFTER_S)
        _say(f"  {name} is up")


def start_component(plan: Plan, name: str) -> None:
    """Starts one part, also after it was killed; does not wait for one of Airflow's."""
    if name in SERVICES:
        SERVICES[name](plan)
        return
    component = next(component for component in COMPONENTS if component.name == name)
    (plan.folder_of(name) / "airflow-worker.pid").unlink(missing_ok=True)  # of one that was killed
    plan.equip(name)
    processes.start(plan, name, plan.command(component), plan.environment(name))


def down(plan: Plan) -> int:
    """Ends all processes of the cluster and removes its data; logs stay. Returns how many were left over.

    Its keeper first, then workers, so that no task loses its database under its feet.
    """
    processes.stop(plan, [KEEPER])
    processes.stop(plan, [component.name for component in COMPONENTS if component.is_worker])
    processes.stop(plan, [component.name for component in COMPONENTS])
    for name in reversed(list(SERVICES)):
        processes.stop(plan, [name], _SIGNALS.get(name, signal.SIGTERM))
    left = processes.sweep(plan.root)
    shutil.rmtree(plan.database_folder, ignore_errors=True)
    (plan.root / "plan.json").unlink(missing_ok=True)
    return left


def names_of(plan: Plan) -> list[str]:
    """Returns the names of this cluster's processes, in the order in which they are started."""
    left_out = {LLAMA_SERVER: not plan.llama_model, S3_SERVER: not plan.own_s3}
    return [name for name in NAMES if not left_out.get(name)]


def states(plan: Plan) -> dict[str, str]:
    """Returns name -> ``running (pid)`` or ``not running``."""
    found = {}
    for name in names_of(plan):
        identity = processes.find(plan, name)
        found[name] = f"running ({identity.pid})" if identity else "not running"
    return found


def clear(folder: Path) -> None:
    """Removes what an earlier cluster left in the folder; the Python environments stay.

    Nothing else, and nothing at all where no cluster was: ``AIRFLOWNET_CLUSTER_DIR`` may name any folder.
    """
    if not any((folder / mark).is_file() for mark in ("plan.json", f"environment/{STAMP}")):
        return
    for path in (folder / name for name in _OURS):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _prepare_airflow(plan: Plan) -> None:
    airflow = str(plan.python.with_name("airflow"))
    steps = [["db", "migrate"], ["pools", "import", str(CLONE / "config" / "pools.json")]]
    if plan.llama_model:
        place = ["--conn-host", "127.0.0.1", "--conn-port", str(plan.ports["llama"])]
        extra = ["--conn-extra", json.dumps({"mode": "remote"})]
        steps.append(
            ["connections", "add", "llama_server_default", "--conn-type", "llama_server", *place, *extra]
        )
    environment = {**os.environ, **plan.environment("")}
    for step in steps:
        answer = subprocess.run(
            [airflow, *step], env=environment, capture_output=True, text=True, check=False
        )
        if answer.returncode:
            said = (answer.stderr + answer.stdout).strip()[-3000:]
            raise SetupError(
                f"airflow {' '.join(step[:2])} failed:\n{said}", "make cluster-down, mend the cause"
            )
    _say("  database and pools are ready")


def _has_said(plan: Plan, name: str, words: str) -> bool:
    path = plan.folder_of(name) / processes.LOG
    return path.is_file() and words in path.read_text(errors="replace")


def _is_healthy(plan: Plan, part: str) -> bool:
    try:
        with urllib.request.urlopen(f"{plan.url}/api/v2/monitor/health", timeout=10) as answer:
            return bool(json.load(answer)[part]["status"] == "healthy")
    except (OSError, ValueError, KeyError):
        time.sleep(1)
        return False


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
