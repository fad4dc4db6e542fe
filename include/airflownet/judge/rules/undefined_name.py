"""A name nothing defines."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN201",
    "undefined-name",
    Severity.LOAD,
    "A name is used before anything defines it",
    RuleDoc(
        what="Code that runs when the file is imported uses a name that is neither defined, imported nor "
        "built in.",
        why="Python raises NameError while Airflow imports the file.",
        bad="""
from airflow.sdk import DAG

with DAG("daily", start_date=datetime(2024, 1, 1)):
    pass
""",
        good="""
from datetime import datetime

from airflow.sdk import DAG

with DAG("daily", start_date=datetime(2024, 1, 1)):
    pass
""",
    ),
)
def undefined_name(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from undefined_name.of_failures(file, "undefined-name")
