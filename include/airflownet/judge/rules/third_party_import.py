"""An import of something that neither Airflow nor an official provider installs."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.judge.rules.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN104",
    "third-party-import",
    Severity.RUN,
    "A module is imported that does not come with Airflow or its providers",
    RuleDoc(
        what="The module is not part of Python, Airflow, an official provider, or what those install. "
        "It may be a package or a file of yours; it may also not exist.",
        why="The file loads only where that module is installed, so the outcome is `unknown`.",
        bad="""
import my_company_tools
from airflow.sdk import DAG

with DAG("daily"):
    pass
""",
        good="""
from airflow.sdk import DAG, task

with DAG("daily"):

    @task
    def call_tools():
        import my_company_tools

        my_company_tools.run()

    call_tools()
""",
    ),
)
def third_party_import(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:  # noqa: ARG001
    """Yields one violation for each such import."""
    for failure in file.uncertain:
        if failure.kind == "third-party-module":
            yield third_party_import.violation_of(failure, failure.message)
