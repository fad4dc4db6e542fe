"""A raise at module level."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

raises = failure_rule(
    "AFN208",
    "raises",
    Severity.LOAD,
    "The file itself raises when it is imported",
    RuleDoc(
        what="A `raise`, a failing `assert` or `sys.exit()` is reached while the file is imported.",
        why="Airflow shows the file as broken.",
        bad="""
from airflow.sdk import DAG

raise NotImplementedError("to do")
""",
        good="""
from airflow.sdk import DAG, task

with DAG("daily"):

    @task
    def later():
        raise NotImplementedError("to do")

    later()
""",
    ),
    "raises",
)
