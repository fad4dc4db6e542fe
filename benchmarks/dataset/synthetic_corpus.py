"""A corpus of synthetic DAG files with planted copies, whose families are known.

``write_corpus(path, 10_000, seed=1)`` writes JSON lines ``{"id", "truth", "code"}``: 70% of the files are
originals of their own that share the usual boilerplate; the others are copies of them, reformatted,
re-commented, renamed or edited in a few places, some of them copies of copies.
"""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

_NOUNS = (
    "orders",
    "stock",
    "prices",
    "visits",
    "claims",
    "shifts",
    "seats",
    "trips",
    "bills",
    "users",
    "logs",
)
_VERBS = (
    "load",
    "clean",
    "merge",
    "export",
    "check",
    "notify",
    "archive",
    "score",
    "rank",
    "sample",
    "index",
)
_OPERATORS = ("BashOperator", "PythonOperator", "EmptyOperator", "SQLExecuteQueryOperator", "HttpOperator")


def original(number: int, rng: random.Random) -> str:
    """Returns a DAG of its own, 40 to 140 lines."""
    tasks = [f"{rng.choice(_VERBS)}_{rng.choice(_NOUNS)}_{step}" for step in range(rng.randint(6, 22))]
    lines = [
        '"""A pipeline."""',
        "from __future__ import annotations",
        "from datetime import datetime, timedelta",
        "from airflow.sdk import DAG",
        "from airflow.providers.standard.operators.bash import BashOperator",
        "from airflow.providers.standard.operators.python import PythonOperator",
        "",
        'default_args = {"owner": "data", "retries": 2, "retry_delay": timedelta(minutes=5)}',
        "",
        f'with DAG("{rng.choice(_NOUNS)}_{number}",',
        f'         schedule="{rng.randint(0, 59)} {rng.randint(0, 23)} * * *",',
        "         start_date=datetime(2024, 1, 1), catchup=False, default_args=default_args) as dag:",
    ]
    for step, task in enumerate(tasks):
        words = " ".join(rng.choice(_NOUNS) for _ in range(6))
        lines += [
            f"    # {task.replace('_', ' ')}",
            f"    {task} = {rng.choice(_OPERATORS)}(",
            f'        task_id="{task}",',
            f'        command="{rng.choice(_VERBS)} {words} --limit {rng.randint(1, 10**6)}",',
            f"        retries={rng.randint(0, 9)},",
            f"        priority_weight={rng.randint(1, 500)},",
            "    )",
        ]
        if step % 4 == 3:
            lines.append(f"    {tasks[step - 1]} >> {task}")
    lines += [f"    {one} >> {other}" for one, other in pairwise(tasks)]
    return "\n".join(lines) + "\n"


def copy_of(code: str, rng: random.Random) -> str:
    """Returns the code after one to three edits that leave it the same DAG for a person."""
    edits = (
        lambda text: "# Copied from the team wiki.\n# Ask before you change it.\n" + text,
        lambda text: "".join(ln for ln in text.splitlines(True) if not ln.strip().startswith("#")),
        lambda text: text.replace('"', "'"),
        lambda text: text.replace("    ", "  "),
        lambda text: text.replace("(\n        ", "(").replace(",\n        ", ", ").replace(",\n    )", ")"),
        lambda text: text.replace('"owner": "data"', f'"owner": "team{rng.randint(1, 99)}"'),
        lambda text: text.replace(
            "start_date=datetime(2024", f"start_date=datetime({rng.randint(2019, 2023)}"
        ),
        lambda text: text.replace('with DAG("', f'with DAG("v{rng.randint(2, 9)}_'),
        lambda text: text + f'    BashOperator(task_id="more_{rng.randint(1, 999)}", bash_command="true")\n',
        lambda text: "\n".join(text.splitlines()[:-1]) + "\n",
    )
    for edit in rng.sample(edits, rng.randint(1, 3)):
        code = edit(code)
    return code


def write_corpus(path: Path, n_files: int, seed: int) -> None:
    """Writes the corpus in random order; the same arguments give the same bytes."""
    rng = random.Random(seed)
    rows: list[tuple[int, str]] = []
    while len(rows) < n_files:
        if rng.random() < 0.7 or not rows:
            rows.append((len(rows), original(len(rows), rng)))
        else:
            truth, code = rows[rng.randrange(len(rows))]
            rows.append((truth, copy_of(code, rng)))
    rng.shuffle(rows)
    with path.open("w", encoding="utf-8") as file:
        for number, (truth, code) in enumerate(rows):
            file.write(json.dumps({"id": number, "truth": truth, "code": code}) + "\n")
