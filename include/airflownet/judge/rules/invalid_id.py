"""An id with bad characters."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

invalid_id = failure_rule(
    "AFN303",
    "invalid-id",
    Severity.LOAD,
    "A dag_id, task_id or group_id has characters that are not allowed",
    RuleDoc(
        what="Ids are made of letters, digits, dashes, dots and underscores (no dots in group ids), at "
        "most 250 characters.",
        why="Airflow raises an error when the object is built.",
        bad="""
from airflow.sdk import DAG

dag = DAG("daily report")
""",
        good="""
from airflow.sdk import DAG

dag = DAG("daily_report")
""",
    ),
    "invalid-id",
)
