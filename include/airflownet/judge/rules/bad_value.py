"""A value that is refused."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

bad_value = failure_rule(
    "AFN207",
    "bad-value",
    Severity.LOAD,
    "A value is refused when the file is imported",
    RuleDoc(
        what="A value is of the right type, but the function, class or operator that gets it refuses it "
        "at once.",
        why="ValueError, KeyError, IndexError or AirflowException is raised while Airflow imports the file.",
        bad="""
from datetime import datetime

from airflow.sdk import DAG

dag = DAG("daily", start_date=datetime(2023, 2, 29))
""",
        good="""
from datetime import datetime

from airflow.sdk import DAG

dag = DAG("daily", start_date=datetime(2024, 2, 29))
""",
    ),
    "bad-value",
)
