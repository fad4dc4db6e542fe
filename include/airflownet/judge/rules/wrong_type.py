"""Values of the wrong type."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN206",
    "wrong-type",
    Severity.LOAD,
    "An operation does not fit the types of its values",
    RuleDoc(
        what="Code that runs at import calls something that is not callable, iterates over something "
        "that is not iterable, or mixes types that do not mix.",
        why="Python raises TypeError while Airflow imports the file.",
        bad="""
start = "2024-01-01" - timedelta(days=1)
""",
        good="""
start = datetime(2024, 1, 1) - timedelta(days=1)
""",
    ),
)
def wrong_type(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from wrong_type.of_failures(file, "wrong-type", "not-callable")
