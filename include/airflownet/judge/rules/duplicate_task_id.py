"""A task id is used twice."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN302",
    "duplicate-task-id",
    Severity.LOAD,
    "Two tasks or groups of a DAG have the same id",
    RuleDoc(
        what="A task id, with the prefixes of its groups, is already taken in the DAG. (TaskFlow calls "
        "get `__1`, `__2` ... by themselves.)",
        why="Airflow raises DuplicateTaskIdFound.",
        bad="""
BashOperator(task_id="load", bash_command="echo 1")
BashOperator(task_id="load", bash_command="echo 2")
""",
        good="""
BashOperator(task_id="load_1", bash_command="echo 1")
BashOperator(task_id="load_2", bash_command="echo 2")
""",
    ),
)
def duplicate_task_id(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from duplicate_task_id.of_failures(file, "duplicate-task-id")
