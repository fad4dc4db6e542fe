"""A value that is refused."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN207",
    "bad-value",
    Severity.LOAD,
    "A value is refused when the file is imported",
    RuleDoc(
        what="A value is of the right type, but the function, class or operator that gets it refuses it "
        "at once.",
        why="ValueError, KeyError, IndexError or AirflowException is raised while Airflow imports the file.",
        bad="""
start = datetime(2024, 2, 30)
""",
        good="""
start = datetime(2024, 2, 29)
""",
    ),
)
def bad_value(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from bad_value.of_failures(file, "bad-value")
