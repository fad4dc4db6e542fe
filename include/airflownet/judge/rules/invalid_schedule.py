"""A schedule that cannot be used."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN501",
    "invalid-schedule",
    Severity.LOAD,
    "A schedule is not one that Airflow can use",
    RuleDoc(
        what="The cron expression, preset or schedule object is not valid.",
        why="Airflow raises an error when the DAG is built or checked.",
        bad="""
DAG("daily", schedule="61 * * * *")
""",
        good="""
DAG("daily", schedule="1 * * * *")
""",
    ),
)
def invalid_schedule(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from invalid_schedule.of_failures(file, "invalid-schedule")
