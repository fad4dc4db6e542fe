"""An argument nothing takes."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN202",
    "unknown-argument",
    Severity.LOAD,
    "A call gives an argument that is not taken",
    RuleDoc(
        what="A DAG, operator or function is called with a keyword that it does not have on this Airflow "
        "line.",
        why="Python raises TypeError, or the operator raises AirflowException, while Airflow imports "
        "the file.",
        bad="""
DAG("daily", schedule_interval="@daily")  # gone in Airflow 3
""",
        good="""
DAG("daily", schedule="@daily")
""",
    ),
)
def unknown_argument(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from unknown_argument.of_failures(file, "unknown-argument")
