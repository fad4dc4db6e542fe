"""An id with bad characters."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN303",
    "invalid-id",
    Severity.LOAD,
    "A dag_id, task_id or group_id has characters that are not allowed",
    RuleDoc(
        what="Ids are made of letters, digits, dashes, dots and underscores (no dots in group ids), at "
        "most 250 characters.",
        why="Airflow raises an error when the object is built.",
        bad="""
DAG("daily report")
""",
        good="""
DAG("daily_report")
""",
    ),
)
def invalid_id(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from invalid_id.of_failures(file, "invalid-id")
