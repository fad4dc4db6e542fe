"""An argument nothing takes."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

unknown_argument = failure_rule(
    "AFN202",
    "unknown-argument",
    Severity.LOAD,
    "A call gives an argument that is not taken",
    RuleDoc(
        what="A DAG, operator or function is called with a keyword that it does not have on this Airflow "
        "line.",
        why="Python raises TypeError, or the operator raises AirflowException, while Airflow imports "
        "the file.",
        bad="""
from airflow.sdk import DAG

dag = DAG("daily", schedule_interval="@daily")  # gone in Airflow 3
""",
        good="""
from airflow.sdk import DAG

dag = DAG("daily", schedule="@daily")
""",
    ),
    "unknown-argument",
)
