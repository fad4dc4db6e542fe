"""What Airflow's own database and DAG folder hold: pools, connections, import errors.

Asked of the ``airflow`` program in a subprocess, a few seconds each, all at the same time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from airflownet.toolchain.airflow_settings import CLONE, airflow_settings
from airflownet.toolchain.doctor.finding import Finding, State

FAMILY = "Airflow"
TIMEOUT_S = 120
WOKEN = "nothing follows the stage before it"
DAGS = {
    "mine_dags": "no night mines; a run that you trigger waits",
    "generate_instructions": WOKEN,
    "assemble_dataset": WOKEN,
    "finetune_model": WOKEN,
    "evaluate_models": WOKEN,
}
POOLS = CLONE / "config" / "pools.json"
CONNECTION_USES = {
    "llama_server_default": "a llama-server that already runs; without it the pipeline starts its own",
    "github_default": "mining from GitHub; the laptop recipe mines release archives",
    "huggingface_default": "publishing a dataset to the hub",
    "anthropic_default": "what Claude is asked (instructions, grades), with the API key as its password; "
    "else ANTHROPIC_API_KEY; the describer and the static judge ask for nothing",
}


def find_airflow_database() -> Iterator[Finding]:
    """Yields each pool of config/pools.json, each connection, and DAG files that do not import."""
    program = Path(sys.executable).parent / "airflow"
    if not program.is_file():
        yield Finding(
            FAMILY, "airflow program", State.MISSING, f"not in {program.parent}", "run `make setup`"
        )
        return
    settings = {**os.environ, **(airflow_settings() if (CLONE / "config" / "airflow.env").is_file() else {})}
    if not (Path(settings.get("AIRFLOW_HOME", "~/airflow")).expanduser() / "airflow.db").is_file():
        remedy = "`make demo` and `make standalone` make it"
        yield Finding(FAMILY, "database", State.OPTIONAL, "not made yet: no pools, no connections", remedy)
        return
    questions = (
        ["pools", "list"],
        ["connections", "list"],
        ["dags", "list-import-errors"],
        ["dags", "list", "--columns", "dag_id,is_paused"],
    )
    with ThreadPoolExecutor() as threads:
        pools, connections, errors, dags = threads.map(
            lambda words: _ask(program, words, settings), questions
        )
    yield from _pools(pools)
    yield from _connections(connections)
    yield _import_errors(errors)
    yield from _switches(dags)


def _pools(rows: list[dict[str, Any]] | str) -> Iterator[Finding]:
    if isinstance(rows, str):
        yield Finding(FAMILY, "pools", State.OPTIONAL, rows, "run `make standalone` or `make demo`")
        return
    slots = {row["pool"]: row["slots"] for row in rows}
    for name in json.loads(POOLS.read_text()):
        if name in slots:
            yield Finding(FAMILY, f"pool {name}", State.PRESENT, f"{slots[name]} slots")
        else:
            # A scheduler never starts a task whose pool is missing; `airflow dags test` does.
            remedy = "airflow pools import config/pools.json (make demo and make standalone do it)"
            yield Finding(FAMILY, f"pool {name}", State.OPTIONAL, "not in the database", remedy)


def _connections(rows: list[dict[str, Any]] | str) -> Iterator[Finding]:
    if isinstance(rows, str):
        yield Finding(FAMILY, "connections", State.OPTIONAL, rows, "run `make standalone` or `make demo`")
        return
    types = {row["conn_id"]: row["conn_type"] for row in rows}
    for name, use in CONNECTION_USES.items():
        if name in types:
            yield Finding(FAMILY, f"connection {name}", State.PRESENT, f"type {types[name]}")
        elif os.environ.get(f"AIRFLOW_CONN_{name.upper()}"):
            yield Finding(FAMILY, f"connection {name}", State.PRESENT, "from the environment")
        else:
            remedy = f"only for {use}: airflow connections add {name} ..."
            yield Finding(FAMILY, f"connection {name}", State.OPTIONAL, "not defined", remedy)


def _switches(rows: list[dict[str, Any]] | str) -> Iterator[Finding]:
    """A DAG that is switched off starts nothing; its triggered runs wait in `queued`."""
    for row in rows if not isinstance(rows, str) else ():
        if row["dag_id"] not in DAGS:
            continue
        if str(row["is_paused"]) == "True":
            effect = DAGS[row["dag_id"]]
            remedy = f"{effect}: airflow dags unpause {row['dag_id']}, or its switch in the web interface"
            yield Finding(FAMILY, f"DAG {row['dag_id']}", State.OPTIONAL, "switched off", remedy)
        else:
            yield Finding(FAMILY, f"DAG {row['dag_id']}", State.PRESENT, "switched on")


def _import_errors(rows: list[dict[str, Any]] | str) -> Finding:
    if isinstance(rows, str):
        return Finding(FAMILY, "DAG import errors", State.OPTIONAL, rows, "airflow dags list-import-errors")
    if not rows:
        return Finding(FAMILY, "DAG import errors", State.PRESENT, "none")
    files = ", ".join(sorted({Path(row["filepath"]).name for row in rows}))
    return Finding(FAMILY, "DAG import errors", State.MISSING, files, "airflow dags list-import-errors")


def _ask(program: Path, words: list[str], settings: dict[str, str]) -> list[dict[str, Any]] | str:
    """Returns the rows, or why there are none. Log lines before the JSON are passed over."""
    try:
        answer = subprocess.run(
            [str(program), *words, "--output", "json"],
            env=settings,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"airflow {' '.join(words)}: {error}"
    for line in answer.stdout.splitlines():
        if line.startswith("["):
            try:
                rows: list[dict[str, Any]] = json.loads(line)
            except json.JSONDecodeError:
                continue
            return rows
    if answer.returncode == 0 or "No data found" in answer.stdout:
        return []
    last_line = (answer.stderr.strip().splitlines() or ["no message"])[-1]
    return f"airflow {' '.join(words)} failed: {last_line[:200]}"
