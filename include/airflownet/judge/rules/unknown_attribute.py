"""An attribute nothing has."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN205",
    "unknown-attribute",
    Severity.LOAD,
    "An attribute is used that the object does not have",
    RuleDoc(
        what="Code that runs at import reads an attribute or calls a method that the module, class or "
        "object does not have.",
        why="Python raises AttributeError while Airflow imports the file.",
        bad="""
import airflow.utils.dates

start = airflow.utils.dates.days_ago(2)  # gone in Airflow 3
""",
        good="""
import pendulum

start = pendulum.datetime(2024, 1, 1, tz="UTC")
""",
    ),
)
def unknown_attribute(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from unknown_attribute.of_failures(file, "unknown-attribute")
