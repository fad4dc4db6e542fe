"""Arguments in the wrong place."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

misplaced_argument = failure_rule(
    "AFN204",
    "misplaced-argument",
    Severity.LOAD,
    "Arguments are given by position or twice where that is not allowed",
    RuleDoc(
        what="Operators take keyword arguments only; a function takes no more positional arguments than "
        "it has, and each once.",
        why="Python or Airflow raises an error while the file is imported.",
        bad="""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator("hello", "echo hello")
""",
        good="""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator(task_id="hello", bash_command="echo hello")
""",
    ),
    "positional-arguments",
    "too-many-arguments",
    "argument-twice",
)
