"""Arguments in the wrong place."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN204",
    "misplaced-argument",
    Severity.LOAD,
    "Arguments are given by position or twice where that is not allowed",
    RuleDoc(
        what="Operators take keyword arguments only; a function takes no more positional arguments than "
        "it has, and each once.",
        why="Python or Airflow raises an error while the file is imported.",
        bad="""
BashOperator("hello", "echo hello")
""",
        good="""
BashOperator(task_id="hello", bash_command="echo hello")
""",
    ),
)
def misplaced_argument(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from misplaced_argument.of_failures(
        file, "positional-arguments", "too-many-arguments", "argument-twice"
    )
