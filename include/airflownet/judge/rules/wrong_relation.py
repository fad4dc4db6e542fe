"""A dependency on something else."""

from __future__ import annotations

from airflownet.judge.registry import RuleDoc, failure_rule
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
[extract_a, extract_b] >> [load_a, load_b]
""",
        good="""
cross_downstream([extract_a, extract_b], [load_a, load_b])
""",
    ),
    "wrong-relation",
)
