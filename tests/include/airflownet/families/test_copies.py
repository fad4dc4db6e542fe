"""Planted copies are found as one family, unrelated DAGs with the same boilerplate are not merged."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations, pairwise

import pytest

from airflownet.families.family_records import FamilyFile
from airflownet.families.family_table import family_table
from airflownet.families.shingles import code_shingles, text_shingles
from airflownet.hashing import sha256_text
from airflownet.records import stable_id

_TOPICS = ("orders", "invoices", "users", "sensors", "clicks", "weather", "prices", "tickets", "trades")
_OPERATORS = ("Bash", "Empty", "Python", "Sql", "Http", "Email", "S3Copy", "Dbt")


def dag_code(number: int) -> str:
    """A DAG of its own; it shares imports, default arguments and the DAG header with every other one."""
    rng = random.Random(number)
    tasks = [f"{rng.choice(_TOPICS)}_{number}_{step}" for step in range(rng.randint(6, 10))]
    lines = [
        '"""A DAG."""',
        "from datetime import datetime, timedelta",
        "from airflow.sdk import DAG, task",
        "from airflow.providers.standard.operators.bash import BashOperator",
        "",
        'default_args = {"owner": "data", "retries": 2, "retry_delay": timedelta(minutes=5)}',
        "",
        f'with DAG("{tasks[0]}_dag", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False,',
        "         default_args=default_args) as dag:",
    ]
    for step, name in enumerate(tasks):
        kind = rng.choice(_OPERATORS)
        lines.append(f"    # Step {step}.")
        command = f"{kind} {name} {rng.random():.4f}"
        lines.append(f'    {name} = {kind}Operator(task_id="{name}", command="{command}",')
        lines.append(f"        pool_slots={rng.randint(1, 9)}, priority_weight={number * 10 + step})")
    lines += [f"    {one} >> {other}" for one, other in pairwise(tasks)]
    return "\n".join(lines) + "\n"


MUTATIONS = {
    "exact": lambda code: code,
    "moved-and-renamed": lambda code: code,
    "re-commented": lambda code: "# By another team.\n" + code.replace("# Step", "# Now step"),
    "no-comments": lambda code: "".join(
        line for line in code.splitlines(keepends=True) if not line.strip().startswith("#")
    ),
    "other-docstring": lambda code: code.replace('"""A DAG."""', '"""Copied from the wiki, see there."""'),
    "other-quotes": lambda code: code.replace('"', "'"),
    "other-indent": lambda code: code.replace("    ", "  "),
    "one-line-calls": lambda code: code.replace(",\n        pool", ", pool"),
    "other-dag-id": lambda code: code.replace('_dag"', '_dag_v2"', 1),
    "other-owner": lambda code: code.replace('"owner": "data"', '"owner": "platform"'),
    "other-schedule": lambda code: code.replace('"@daily"', '"0 6 * * *"'),
    "one-task-more": lambda code: code + '    BashOperator(task_id="more", command="true")\n',
    "one-task-less": lambda code: "\n".join(code.splitlines()[:-1]) + "\n",
}


def families(codes: dict[str, str]) -> dict[str, str]:
    entries = []
    for place, code in codes.items():
        repo, path = place.split(":")
        sha = sha256_text(code)
        entries.append((FamilyFile(stable_id(place), repo, "1", path, sha, sha), code_shingles(code, 5)))
    table = family_table(entries, 0.5, lambda _: "train")
    return {f"{m.repo}:{m.path}": m.family_id for m in table.members}


@pytest.mark.parametrize("mutated", MUTATIONS.values(), ids=MUTATIONS)
def test_a_planted_copy_is_found(mutated):
    codes = {f"demo:{n}.py": dag_code(n) for n in range(8)}
    found = families({**codes, "fork:elsewhere/copied.py": mutated(codes["demo:3.py"])})
    assert found["fork:elsewhere/copied.py"] == found["demo:3.py"]
    assert max(Counter(found.values()).values()) == 2


def test_precision_and_recall_on_a_labelled_set():
    """120 unrelated DAGs with equal boilerplate, 24 of them with every mutation: no error either way."""
    codes, truth = {}, {}
    for number in range(120):
        place = f"demo:{number}.py"
        codes[place], truth[place] = dag_code(number), number
        if number < 24:
            for name, mutated in MUTATIONS.items():
                copy = f"fork{number}:{name}.py"
                codes[copy], truth[copy] = mutated(dag_code(number)), number
    found = families(codes)
    same = [(found[a] == found[b], truth[a] == truth[b]) for a, b in combinations(sorted(codes), 2)]
    n_true, n_found, n_both = sum(t for _, t in same), sum(f for f, _ in same), sum(f and t for f, t in same)
    assert (n_both / n_found, n_both / n_true) == (1.0, 1.0)


def test_shingles_of_prose_ignore_case_and_layout():
    one, other = "Build a DAG, daily.\nUse Bash.", "build a dag ,  daily. use bash."
    assert text_shingles(one, 3).tolist() == text_shingles(other, 3).tolist()
    assert len(text_shingles("", 3)) == 0
    assert len(text_shingles("word", 3)) == 1


def test_shingles_count_tokens_not_places():
    assert len(code_shingles("x = 1\n" * 50, 5)) == 3
    assert code_shingles("a b c d e f", 5).tolist() != code_shingles("f e d c b a", 5).tolist()
