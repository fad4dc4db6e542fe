"""A fault in code that may or may not run when the file is imported."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.judge.rules.registry import JudgeContext, RuleDoc, rule
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
import time
from datetime import datetime

from airflow.sdk import DAG

start = datetime(2024, 1, 1)
if time.time() > 2_000_000_000:
    start = undefined_name

dag = DAG("daily", start_date=start)
""",
        good="""
import time
from datetime import datetime

from airflow.sdk import DAG

start = datetime(2024, 1, 1)
if time.time() > 2_000_000_000:
    start = datetime(2033, 1, 1)

dag = DAG("daily", start_date=start)
""",
    ),
)
def possible_failure(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:  # noqa: ARG001
    """Yields one violation for each place, guards that only raise left out."""
    for failure in file.possible_failures:
        if failure.kind != "raises":
            yield possible_failure.violation_of(failure)
