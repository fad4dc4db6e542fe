"""Ways of writing in the report: judged anew, set against their cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from airflownet.asked_for.parts import NOT_THERE
from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.arms_section import ALONE, arm_results, arms_table
from airflownet.evaluation.plots.arms_cost import draw_arms_cost
from airflownet.evaluation.statistics.proportion import IntervalSettings
from airflownet.records import ArmAnswer, Message, Sample
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
ANSWER = AnswerFacts(
    "s1", "f", "tuned", 0, "3.3", "loads", has_code=True, parses=True, imports=True,
    completion_tokens=90, asked_for=1.0,
)  # fmt: skip
INTERVALS = IntervalSettings(0.95, 200, 0)


def test_without_other_ways_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert arm_results(tmp_path, SAMPLES, [ANSWER], "3.3", 0.5, INTERVALS) == ()
    assert arms_table((), 0.5) is None
    assert draw_arms_cost((), tmp_path) is None


@pytest.mark.parametrize("line", ["3.3", "sample"])
def test_every_way_is_judged_anew_and_has_its_cost(tmp_path: Path, line: str) -> None:
    rows = [
        ArmAnswer("s1", "tuned", "plan", GOOD, 40, 1, 2.0),
        ArmAnswer("s2", "tuned", "plan", OTHER, 60, 1, 4.0),
        ArmAnswer("s1", "", "outline", GOOD, 0, 1, 0.1),
        ArmAnswer("s2", "", "outline", "import nothing_there_is", 0, 1, 0.1),
        ArmAnswer("gone", "", "outline", GOOD, 0, 1, 0.1),
    ]
    write_table(tmp_path / "arms.parquet", ArmAnswer, rows)
    found = arm_results(tmp_path, SAMPLES, [ANSWER], line, 0.5, INTERVALS)
    assert [(one.arm, one.loads.n, one.loads.count, one.asked and one.asked.count) for one in found] == [
        (ALONE, 1, 1, 1),
        ("outline", 2, 1, 1),
        ("plan", 2, 2, 1),
    ]
    assert [one.tokens for one in found] == [90, 0, 50]
    assert found[2].seconds == pytest.approx(3.0)
    told = arms_table(found, 0.5)
    assert told is not None
    assert told.rows[1][0] == "Outline of the request, no model"
    assert all(len(row) == len(told.header) for row in told.rows)
    plot = draw_arms_cost(found, tmp_path)
    assert plot is not None
    assert (tmp_path / "arms_cost.png").read_bytes()[:4] == b"\x89PNG"


def test_a_request_that_states_nothing_is_in_no_share_of_what_was_asked(tmp_path: Path) -> None:
    """As on the leaderboard; where nothing is scored nothing is drawn."""
    samples = [replace(SAMPLES[0], kind="repair"), replace(SAMPLES[1], family_id="g")]
    rows = [ArmAnswer(sample.id, "tuned", "plan", GOOD, 40, 1, 2.0) for sample in samples]
    write_table(tmp_path / "arms.parquet", ArmAnswer, rows)
    facts = [replace(ANSWER, asked_for=NOT_THERE)]
    alone, plan = arm_results(tmp_path, samples, facts, "3.3", 0.5, INTERVALS)
    assert (alone.loads.count, alone.asked) == (1, None)
    assert plan.asked is not None
    assert (plan.loads.n, plan.asked.n, plan.asked.count) == (2, 1, 1)
    told = arms_table((alone, plan), 0.5)
    assert told is not None
    assert [row[2] for row in told.rows] == ["not scored", "100.0% (one family, no interval), 1 of 1"]
    assert draw_arms_cost((alone,), tmp_path) is None
