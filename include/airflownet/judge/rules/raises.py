"""A raise at module level."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN208",
    "raises",
    Severity.LOAD,
    "The file itself raises when it is imported",
    RuleDoc(
        what="A `raise`, a failing `assert` or `sys.exit()` is reached while the file is imported.",
        why="Airflow shows the file as broken.",
        bad="""
raise NotImplementedError("to do")
""",
        good="""
@task
def later():
    raise NotImplementedError("to do")
""",
    ),
)
def raises(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from raises.of_failures(file, "raises")
