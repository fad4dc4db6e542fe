"""Dependencies in a circle."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN401",
    "cycle",
    Severity.LOAD,
    "The tasks of a DAG depend on each other in a circle",
    RuleDoc(
        what="Following downstream relations from a task leads back to it.",
        why="A DAG is acyclic by definition; Airflow raises AirflowDagCycleException.",
        bad="""
extract >> load
load >> extract
""",
        good="""
extract >> load
""",
    ),
)
def cycle(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from cycle.of_failures(file, "cycle")
