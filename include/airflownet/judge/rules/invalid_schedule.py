"""A schedule that cannot be used."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

invalid_schedule = failure_rule(
    "AFN501",
    "invalid-schedule",
    Severity.LOAD,
    "A schedule is not one that Airflow can use",
    RuleDoc(
        what="The cron expression, preset or schedule object is not valid.",
        why="Airflow raises an error when the DAG is built or checked.",
        bad="""
from airflow.sdk import DAG

dag = DAG("daily", schedule="61 * * * *")
""",
        good="""
from airflow.sdk import DAG

dag = DAG("daily", schedule="1 * * * *")
""",
    ),
    "invalid-schedule",
)
