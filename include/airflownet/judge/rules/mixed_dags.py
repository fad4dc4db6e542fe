"""A dependency across DAGs."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

mixed_dags = failure_rule(
    "AFN402",
    "mixed-dags",
    Severity.LOAD,
    "A dependency joins tasks of two DAGs, or of none",
    RuleDoc(
        what="Both ends of a dependency must be in the same DAG; a task group needs a DAG around it.",
        why="Airflow raises an error. Use assets, or TriggerDagRunOperator, to order DAGs.",
        bad="""
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("daily"):
    load = EmptyOperator(task_id="load")

with DAG("report"):
    send = EmptyOperator(task_id="send")

load >> send
""",
        good="""
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

with DAG("daily"):
    load = EmptyOperator(task_id="load")
    load >> TriggerDagRunOperator(task_id="start_report", trigger_dag_id="report")

with DAG("report"):
    send = EmptyOperator(task_id="send")
""",
    ),
    "mixed-dags",
    "no-dag-for-task",
)
