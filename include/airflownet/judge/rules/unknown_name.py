"""An import of a name that does not exist."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN102",
    "unknown-name",
    Severity.LOAD,
    "An imported name does not exist in its module",
    RuleDoc(
        what="The module exists on this Airflow line, the name that is imported from it does not.",
        why="The import raises ImportError, and Airflow shows the file as broken.",
        bad="""
from airflow.providers.amazon.aws.hooks.sqs import SQSHook
""",
        good="""
from airflow.providers.amazon.aws.hooks.sqs import SqsHook
""",
    ),
)
def unknown_name(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from unknown_name.of_failures(file, "unknown-name")
