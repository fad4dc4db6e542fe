"""An import of a module that does not exist."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

unknown_module = failure_rule(
    "AFN101",
    "unknown-module",
    Severity.LOAD,
    "An imported module does not exist on this Airflow line",
    RuleDoc(
        what="A module of Airflow, of an official provider or of the standard library is imported that "
        "this Airflow line does not have.",
        why="The import raises ModuleNotFoundError, and Airflow shows the file as broken.",
        bad="""
from airflow.operators.bash_operator import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator(task_id="hello", bash_command="echo hello")
""",
        good="""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator(task_id="hello", bash_command="echo hello")
""",
    ),
    "unknown-module",
)
