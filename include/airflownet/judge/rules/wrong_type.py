"""Values of the wrong type."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

wrong_type = failure_rule(
    "AFN206",
    "wrong-type",
    Severity.LOAD,
    "An operation does not fit the types of its values",
    RuleDoc(
        what="Code that runs at import calls something that is not callable, iterates over something "
        "that is not iterable, or mixes types that do not mix.",
        why="Python raises TypeError while Airflow imports the file.",
        bad="""
from datetime import timedelta

from airflow.sdk import DAG

dag = DAG("daily", start_date="2024-01-01" - timedelta(days=1))
""",
        good="""
from datetime import datetime, timedelta

from airflow.sdk import DAG

dag = DAG("daily", start_date=datetime(2024, 1, 1) - timedelta(days=1))
""",
    ),
    "wrong-type",
    "not-callable",
)
