"""A dependency on something else."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN403",
    "wrong-relation",
    Severity.LOAD,
    "A dependency is set on something that is no task or task group",
    RuleDoc(
        what="One side of `>>`, `<<`, `chain` and the like is a function, a string, a DAG, or a list "
        "where a task must be.",
        why="Airflow or Python raises an error while the file is imported.",
        bad="""
[extract_a, extract_b] >> [load_a, load_b]
""",
        good="""
cross_downstream([extract_a, extract_b], [load_a, load_b])
""",
    ),
)
def wrong_relation(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from wrong_relation.of_failures(file, "wrong-relation")
