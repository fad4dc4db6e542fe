"""One trigger of `mine_dags` and what follows from it: the stage DAGs, each woken by the asset before it."""

from __future__ import annotations

import datetime
import time
from typing import Any

from airflow_session import AirflowSession

CHAIN = ("mine_dags", "generate_instructions", "assemble_dataset", "finetune_model", "evaluate_models")
ASSETS = ("raw_dags", "instructions", "dag_dataset", "models", "evaluation")


def form(session: AirflowSession, dag_id: str, **changed: Any) -> dict[str, Any]:
    """Returns what the trigger form sends when some fields are changed: every field with its value."""
    details = session.get(f"dags/{dag_id}/details")
    return {name: field["value"] for name, field in details["params"].items()} | changed


def last_event(
    session: AirflowSession,
    airflow_line: str = "recipe",
    partition: str | None = None,
    after: str = "",
    timeout_s: float = 600,
) -> dict[str, Any]:
    """Returns the event by which a chain ends; a failed run on the way raises with its last words."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        for event in session.asset_events():
            if event["source_dag_id"] != CHAIN[-1] or event["partition_key"] != (partition or today()):
                continue
            if event["extra"]["form"]["airflow"] == airflow_line and event["timestamp"] > after:
                return event
        for dag_id in CHAIN:
            for run in session.runs(dag_id):
                if run["state"] == "failed":
                    session.finished(dag_id, run["dag_run_id"])
        time.sleep(1)
    raise AssertionError(f"the chain did not reach its end within {timeout_s} s")


def today() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d")
