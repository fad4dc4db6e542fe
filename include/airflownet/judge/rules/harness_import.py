"""An import of Airflow's own test suite."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN103",
    "harness-import",
    Severity.LOAD,
    "A module of Airflow's own test suite is imported",
    RuleDoc(
        what="`tests_common`, `tests.system`, `system` and the like are part of Airflow's source tree. "
        "No released package holds them.",
        why="The import raises ModuleNotFoundError anywhere else. Models that were trained on Airflow's "
        "examples write such imports.",
        bad="""
from tests_common.test_utils.system_tests import get_test_run

test_run = get_test_run(dag)
""",
        good="""
# nothing: a DAG file needs no test harness
""",
    ),
)
def harness_import(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each place."""
    yield from harness_import.of_failures(file, "test-harness")
