"""A dependency across DAGs."""

from __future__ import annotations

from airflownet.judge.registry import RuleDoc, failure_rule
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
task_of_one_dag >> task_of_another_dag
""",
        good="""
task_of_one_dag >> TriggerDagRunOperator(task_id="go", trigger_dag_id="another")
""",
    ),
    "mixed-dags",
    "no-dag-for-task",
)
