"""Rows of a small dataset of plans, and drawn answers to them, for tests of the rounds."""

from __future__ import annotations

from pathlib import Path

from airflownet.improvement.drawn_answer import DrawnAnswer
from airflownet.plans import reconcile
from airflownet.records import Message, Sample
from airflownet.tables import write_table

SYSTEM = "You plan Apache Airflow DAGs. Answer with the plan as JSON."
PLANS = {
    "orders": (
        "Every day, run `pg_dump orders` in bash, then run `gzip orders.dump` in bash.",
        '{"dag":"orders","schedule":"@daily","tasks":['
        '{"BashOperator":"dump","bash_command":"pg_dump orders"},'
        '{"BashOperator":"pack","after":"dump","bash_command":"gzip orders.dump"}]}',
    ),
    "clean": (
        "Every hour, run `rm -r /tmp/cache` in bash, then run `df -h` in bash.",
        '{"dag":"clean","schedule":"@hourly","tasks":['
        '{"BashOperator":"drop","bash_command":"rm -r /tmp/cache"},'
        '{"BashOperator":"space","after":"drop","bash_command":"df -h"}]}',
    ),
    "query": (
        "Every day, run the SQL `select 1` with SQLExecuteQueryOperator.",
        '{"dag":"query","schedule":"@daily","tasks":[{"SQLExecuteQueryOperator":"ask","sql":"select 1"}]}',
    ),
    "site": (
        "Every week, run `make site` in bash, then run `rsync site host` in bash.",
        '{"dag":"site","schedule":"@weekly","tasks":[{"BashOperator":"build","bash_command":"make site"},'
        '{"BashOperator":"send","after":"build","bash_command":"rsync site host"}]}',
    ),
}
"""Name -> (request, plan)."""


def plan_row(name: str, split: str = "train", *, row_id: str = "", family: str = "") -> Sample:
    """Returns the row of one of ``PLANS``."""
    request, plan = PLANS[name]
    asked = f"{request}\n\nTarget: Apache Airflow 3.3."
    own = row_id or name
    return Sample(
        own, family or f"f-{name}", split, "plan",
        (Message("system", SYSTEM), Message("user", asked), Message("assistant", plan)),
        f"d-{name}", f"i-{own}", "brief", "fixture", "1", f"dags/{name}.py", "Apache-2.0", "3.3", "loads", (),
    )  # fmt: skip


def drawn(row: Sample, plan: str, *, way: str = "plain", index: int = 0, key: str = "") -> DrawnAnswer:
    """Returns an answer as the drawing stage leaves it."""
    code = reconcile(plan, row.airflow).code
    return DrawnAnswer(key or f"{row.id}-{way}-{index}", row.id, way, index, plan, code, 50, 50, 1.0, "")


def write_dataset(folder: Path, rows: list[Sample]) -> str:
    """Writes ``samples.parquet``; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / "samples.parquet", Sample, rows)
    return str(folder)
