"""A task id is used twice."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

duplicate_task_id = failure_rule(
    "AFN302",
    "duplicate-task-id",
    Severity.LOAD,
    "Two tasks or groups of a DAG have the same id",
    RuleDoc(
        what="A task id, with the prefixes of its groups, is already taken in the DAG. (TaskFlow calls "
        "get `__1`, `__2` ... by themselves.)",
        why="Airflow raises DuplicateTaskIdFound.",
        bad="""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator(task_id="load", bash_command="echo 1")
    BashOperator(task_id="load", bash_command="echo 2")
""",
        good="""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator(task_id="load_1", bash_command="echo 1")
    BashOperator(task_id="load_2", bash_command="echo 2")
""",
    ),
    "duplicate-task-id",
)
