"""Dependencies in a circle."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
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
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("daily"):
    extract = EmptyOperator(task_id="extract")
    load = EmptyOperator(task_id="load")
    extract >> load
    load >> extract
""",
        good="""
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("daily"):
    extract = EmptyOperator(task_id="extract")
    load = EmptyOperator(task_id="load")
    extract >> load
""",
    ),
    "cycle",
)
