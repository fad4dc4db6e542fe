"""A dependency across DAGs."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
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
)
def mixed_dags(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from mixed_dags.of_failures(file, "mixed-dags", "no-dag-for-task")
