"""The file builds no DAG."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.judge.rules.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN301",
    "no-dag",
    Severity.LOAD,
    "The file builds no DAG that Airflow would find",
    RuleDoc(
        what="After the import no module-level name holds a DAG, none was entered with `with`, "
        "and no @dag function was called.",
        why="Airflow finds nothing to schedule in the file and says nothing about it.",
        bad="""
from airflow.sdk import dag


@dag(schedule="@daily")
def report():
    ...
""",
        good="""
from airflow.sdk import dag


@dag(schedule="@daily")
def report():
    ...


report()
""",
    ),
)
def no_dag(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for a file that imports and gives no DAG."""
    if (
        file.dags
        or file.opaque_dags
        or file.failures
        or (file.unknowns and context.may_hold_dag(file))
        or file.possible_failures
    ):
        return
    if file.uncalled_dags:
        name, line = file.uncalled_dags[0]
        yield no_dag.violation(f"the @dag function '{name}' is never called", line)
    else:
        yield no_dag.violation("no DAG in the file")
