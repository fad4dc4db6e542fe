"""ruff's AIR rules, merged into the verdict where they apply."""

from __future__ import annotations

from airflownet.judge.air_rules import air_violations_of, with_air
from airflownet.judge.verdict import judge_code

OLD = "from airflow import DAG\n\ndag = DAG('a', schedule_interval=None)\n"


def test_violations_are_merged_on_3_and_left_out_on_2() -> None:
    other, found = air_violations_of(["x = 1\n", OLD])
    assert other == []
    assert "AIR301" in {violation.code for violation in found}
    on_3 = with_air(judge_code(OLD, airflow="3.3"), found)
    assert {"AFN202", "AIR301"} <= {violation.code for violation in on_3.violations}
    assert [v.line for v in on_3.violations] == sorted(v.line for v in on_3.violations)
    on_2 = with_air(judge_code(OLD, airflow="2.9"), found)
    assert "AIR301" not in {violation.code for violation in on_2.violations}


def test_no_files_give_nothing() -> None:
    assert air_violations_of([]) == []
