"""A required argument is missing."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

missing_argument = failure_rule(
    "AFN203",
    "missing-argument",
    Severity.LOAD,
    "A call leaves out an argument that is required",
    RuleDoc(
        what="A DAG, operator or function is called without an argument that it requires.",
        why="Python raises TypeError, or the operator raises AirflowException, while Airflow imports "
        "the file.",
        bad="""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator(task_id="hello")
""",
        good="""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator(task_id="hello", bash_command="echo hello")
""",
    ),
    "missing-argument",
)
