"""Ways of writing in the report: judged anew, set against their cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflownet.evaluation.arms_section import ALONE, arm_results, arms_table
from airflownet.evaluation.plots.arms_cost import draw_arms_cost
from airflownet.records import ArmAnswer, Generation, Message, Sample
from airflownet.tables import write_table

GOOD = """from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily", schedule="@daily"):
    BashOperator(task_id="a", bash_command="ls /data")
"""
OTHER = GOOD.replace("@daily", "@weekly").replace(
    'BashOperator(task_id="a", bash_command="ls /data")', "pass"
)
REQUEST = "run `ls /data` in bash every day"
SAMPLES = [
    Sample(
        id=f"s{n}",
        family_id="f",
        split="test",
        kind="create",
        messages=(Message("system", ""), Message("user", REQUEST), Message("assistant", GOOD)),
        dag_file_id="d",
        instruction_id="i",
        view="brief",
        repo="r",
        ref="1",
        path="p",
        licence="Apache-2.0",
        airflow="3.3",
        outcome="loads",
        operators=(),
    )
    for n in (1, 2)
]
GENERATION = Generation(
    sample_id="s1", model="tuned", sample_index=0, completion="```python\n" + GOOD + "```", stop_type="eos",
    truncated=False, prompt_tokens=5, completion_tokens=90, cached_tokens=0, prompt_ms=1.0, completion_ms=1.0,
    error="", server="x",
)  # fmt: skip


def test_without_other_ways_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert arm_results(tmp_path, SAMPLES, [GENERATION], "3.3", 0.5) == ()
    assert arms_table((), 0.95, 0.5) is None
    assert draw_arms_cost((), tmp_path) is None


def test_every_way_is_judged_anew_and_has_its_cost(tmp_path: Path) -> None:
    rows = [
        ArmAnswer("s1", "tuned", "plan", GOOD, 40, 1, 2.0),
        ArmAnswer("s2", "tuned", "plan", OTHER, 60, 1, 4.0),
        ArmAnswer("s1", "", "outline", GOOD, 0, 1, 0.1),
        ArmAnswer("s2", "", "outline", "import nothing_there_is", 0, 1, 0.1),
        ArmAnswer("gone", "", "outline", GOOD, 0, 1, 0.1),
    ]
    write_table(tmp_path / "arms.parquet", ArmAnswer, rows)
    found = arm_results(tmp_path, SAMPLES, [GENERATION], "3.3", 0.5)
    assert [(one.arm, one.n, one.n_load, one.n_asked) for one in found] == [
        (ALONE, 1, 1, 1),
        ("outline", 2, 1, 1),
        ("plan", 2, 2, 1),
    ]
    assert [one.tokens for one in found] == [90, 0, 50]
    assert found[2].seconds == pytest.approx(3.0)
    told = arms_table(found, 0.95, 0.5)
    assert told is not None
    assert told.rows[1][0] == "outline of the request, no model"
    assert all(len(row) == len(told.header) for row in told.rows)
    plot = draw_arms_cost(found, tmp_path)
    assert plot is not None
    assert (tmp_path / "arms_cost.png").read_bytes()[:4] == b"\x89PNG"
