"""A dependency on something else."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

wrong_relation = failure_rule(
    "AFN403",
    "wrong-relation",
    Severity.LOAD,
    "A dependency is set on something that is no task or task group",
    RuleDoc(
        what="One side of `>>`, `<<`, `chain` and the like is a function, a string, a DAG, or a list "
        "where a task must be.",
        why="Airflow or Python raises an error while the file is imported.",
        bad="""
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("daily"):
    a, b, c, d = (EmptyOperator(task_id=name) for name in "abcd")
    [a, b] >> [c, d]
""",
        good="""
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, cross_downstream

with DAG("daily"):
    a, b, c, d = (EmptyOperator(task_id=name) for name in "abcd")
    cross_downstream([a, b], [c, d])
""",
    ),
    "wrong-relation",
)
