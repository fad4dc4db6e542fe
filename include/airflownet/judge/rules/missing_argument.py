"""A required argument is missing."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN203",
    "missing-argument",
    Severity.LOAD,
    "A call leaves out an argument that is required",
    RuleDoc(
        what="A DAG, operator or function is called without an argument that it requires.",
        why="Python raises TypeError, or the operator raises AirflowException, while Airflow imports "
        "the file.",
        bad="""
BashOperator(task_id="hello")
""",
        good="""
BashOperator(task_id="hello", bash_command="echo hello")
""",
    ),
)
def missing_argument(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from missing_argument.of_failures(file, "missing-argument")
