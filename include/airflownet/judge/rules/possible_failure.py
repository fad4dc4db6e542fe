"""A fault in code that may or may not run when the file is imported."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN209",
    "possible-failure",
    Severity.RUN,
    "Code that may run at import would fail",
    RuleDoc(
        what="Within a branch or loop whose condition only running would tell, something fails.",
        why="The file loads or not, depending on what is outside it.",
        bad="""
if read_flag():
    start = undefined_name
""",
        good="""
if read_flag():
    start = datetime(2024, 1, 1)
""",
    ),
)
def possible_failure(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:  # noqa: ARG001
    """Yields one violation for each place, guards that only raise left out."""
    for failure in file.possible_failures:
        if failure.kind != "raises":
            yield possible_failure.violation_of(failure)
