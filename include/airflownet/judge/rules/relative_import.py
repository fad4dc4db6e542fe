"""A relative import."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN105",
    "relative-import",
    Severity.LOAD,
    "A DAG file uses a relative import",
    RuleDoc(
        what="The file says `from . import x`. Airflow imports a DAG file by itself, not as part of a "
        "package.",
        why="Python raises ImportError: there is no parent package.",
        bad="""
from .common import default_args
""",
        good="""
from common import default_args  # common.py lies in the dags folder
""",
    ),
)
def relative_import(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from relative_import.of_failures(file, "relative-import")
