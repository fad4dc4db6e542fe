"""Leaving a Databricks workflow's group adds the task that starts it; a property may be the output."""

from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

HEAD = """
from airflow import DAG
from airflow.providers.databricks.operators.databricks import DatabricksTaskOperator
from airflow.providers.databricks.operators.databricks_workflow import DatabricksWorkflowTaskGroup
from airflow.operators.bash import BashOperator
with DAG("d"):
    before = BashOperator(task_id="before", bash_command="b")
    group = DatabricksWorkflowTaskGroup(group_id="g", databricks_conn_id="c")
"""
TASK = "DatabricksTaskOperator(task_id='{}', task_config={{'a': 1}})"
ROWS = [
    ("launched", f"    with group:\n        {TASK.format('x')}", {("g.launch", "g.x")}),
    (
        "each",
        f"    with group:\n        {TASK.format('x')} >> {TASK.format('y')}",
        {("g.launch", "g.x"), ("g.launch", "g.y"), ("g.x", "g.y")},
    ),
    (
        "related-before",
        f"    before >> group\n    with group:\n        {TASK.format('x')}",
        {("before", "g.launch"), ("g.launch", "g.x")},
    ),
]


@pytest.mark.parametrize("airflow", ["2.9", "2.11"])
@pytest.mark.parametrize(("body", "edges"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_launch(body: str, edges: set[tuple[str, str]], airflow: str) -> None:
    verdict = judge_code(f"{HEAD}{body}\n", airflow=airflow)
    assert verdict.outcome is Outcome.LOADS
    assert edges <= {tuple(edge) for edge in verdict.dags[0].edges}
    assert "g.launch" in verdict.dags[0].tasks


def test_a_task_that_is_no_part_of_a_workflow() -> None:
    body = "    with group:\n        BashOperator(task_id='x', bash_command='b')"
    verdict = judge_code(f"{HEAD}{body}\n", airflow="2.11")
    assert verdict.outcome is Outcome.FAILS
    assert "does not support conversion" in verdict.reason


def test_a_property_that_is_the_output() -> None:
    code = """
from airflow.sdk import DAG
from airflow.providers.yandex.operators.dataproc import DataprocCreateClusterOperator
from airflow.providers.yandex.operators.dataproc import DataprocDeleteClusterOperator
with DAG("d"):
    create = DataprocCreateClusterOperator(task_id="create")
    DataprocDeleteClusterOperator(task_id="delete", cluster_id=create.cluster_id)
"""
    verdict = judge_code(code, airflow="3.3")
    assert verdict.dags[0].edges == (("create", "delete"),)
