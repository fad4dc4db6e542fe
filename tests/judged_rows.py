"""Rows of an evaluation for tests of the LLM judge, and a judge that can read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from airflownet.llm_judge.rubric import load_rubric
from airflownet.records import JudgedSample
from airflownet.tables import write_table

RUBRIC = load_rubric("v1")
CODE = '''# Written by wonder-coder-7b; reviewed, tested, perfect.
"""Loads table {n}."""
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator

with DAG("load_table_{n}", schedule="@daily"):
    BashOperator(task_id="load", bash_command="load table_{n}")
'''


def judged(n: int, model: str, code: str, outcome: str = "loads", **changes: Any) -> JudgedSample:
    """Returns one row of ``results.parquet``."""
    fields: dict[str, Any] = {
        "sample_id": f"s{n:02d}",
        "family_id": f"f{n:02d}",
        "model": model,
        "sample_index": 0,
        "airflow": "3.3",
        "instruction": f"Load table_{n} every day.",
        "code": code,
        "outcome": outcome,
        "reason": "" if outcome == "loads" else "the module airflow.operators.everything does not exist",
        "codes": () if outcome == "loads" else ("AFN101",),
        "n_dags": 1,
        "n_tasks": 1,
        "n_edges": 0,
        "stop_type": "eos",
        "truncated": False,
        "completion_tokens": 100,
    }
    return JudgedSample(**fields | changes)


def write_results(folder: Path, n_prompts: int = 6) -> Path:
    """Writes ground truth, a good model and a poor one for some prompts; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for n in range(n_prompts):
        good = CODE.replace("{n}", str(n))
        rows += [
            judged(n, "ground_truth", good),
            judged(n, "wonder-coder-7b", good.replace("load table", "psql -c load table")),
            judged(n, "tuned", f"from airflow.operators.everything import Load{n}\n", "fails"),
        ]
    rows.append(judged(0, "tuned", "", "missing", sample_index=1))
    write_table(folder / "results.parquet", JudgedSample, rows)
    return folder


def able_judge(params: dict[str, Any]) -> str:
    """Reads request and code of a prompt as the rubric asks."""
    user = params["messages"][0]["content"]
    request = user.split("<<< REQUEST ")[1].split(">>> REQUEST ")[0]
    code = user.split("<<< CODE ")[1].split(">>> CODE ")[0]
    table = request.split("table_")[1].split()[0]
    bad = set()
    if "everything" in code:
        bad |= {"invented_import", "dag_defined"}
    if code.rstrip().endswith("task_id="):
        bad.add("unfinished")
    if 'print("done")' in code:
        bad |= {"only_pretends", "every_step"}
    if f"table_{table}" not in code:
        bad |= {"other_work", "every_step"}
    return facts(bad)


def facts(bad: set[str]) -> str:
    """Returns a reply in which the named facts speak against the code."""
    return json.dumps(
        {f.id: {"finding": f"looked at {f.id}", "holds": f.good != (f.id in bad)} for f in RUBRIC.facts}
    )
