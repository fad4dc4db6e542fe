"""The file does not parse."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN001",
    "syntax-error",
    Severity.LOAD,
    "Python cannot parse the file",
    RuleDoc(
        what="The text is not valid Python: the parser or the compiler refuses it.",
        why="Airflow imports the file as a module; nothing in it exists when it does not parse.",
        bad="""
with DAG("daily") as dag
    pass
""",
        good="""
with DAG("daily") as dag:
    pass
""",
    ),
)
def syntax_error(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from syntax_error.of_failures(file, "syntax-error")
