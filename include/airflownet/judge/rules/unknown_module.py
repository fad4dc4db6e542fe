"""An import of a module that does not exist."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN101",
    "unknown-module",
    Severity.LOAD,
    "An imported module does not exist on this Airflow line",
    RuleDoc(
        what="A module of Airflow, of an official provider or of the standard library is imported that "
        "this Airflow line does not have.",
        why="The import raises ModuleNotFoundError, and Airflow shows the file as broken.",
        bad="""
from airflow.operators.bash_operator import BashOperator
""",
        good="""
from airflow.providers.standard.operators.bash import BashOperator
""",
    ),
)
def unknown_module(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from unknown_module.of_failures(file, "unknown-module")
