"""Dependencies in a circle."""

from __future__ import annotations

from airflownet.judge.registry import RuleDoc, failure_rule
from airflownet.records import Severity

cycle = failure_rule(
    "AFN401",
    "cycle",
    Severity.LOAD,
    "The tasks of a DAG depend on each other in a circle",
    RuleDoc(
        what="Following downstream relations from a task leads back to it.",
        why="A DAG is acyclic by definition; Airflow raises AirflowDagCycleException.",
        bad="""
extract >> load
load >> extract
""",
        good="""
extract >> load
""",
    ),
    "cycle",
)
