"""Code outside tasks that asks Airflow's database, the environment or the network."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.judge.rules.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation

_KINDS = frozenset({"variable", "connection", "network", "environment"})


@rule(
    "AFN701",
    "top-level-lookup",
    Severity.RUN,
    "Code outside tasks needs a variable, a connection, an environment variable or the network",
    RuleDoc(
        what="`Variable.get` without a default, a hook's connection, `os.environ[...]` or a request is "
        "reached while the file is imported.",
        why="Airflow imports the file every few seconds, on machines that may not have it: the DAG breaks, "
        "or slows down the scheduler. The outcome is `unknown` where it is not said to be there.",
        bad="""
from airflow.sdk import DAG, Variable

key = Variable.get("api_key")

with DAG("daily"):
    ...
""",
        good="""
from airflow.sdk import DAG, Variable, task

with DAG("daily"):

    @task
    def call_api():
        return Variable.get("api_key")

    call_api()
""",
    ),
)
def top_level_lookup(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:  # noqa: ARG001
    """Yields one violation for each such place."""
    for failure in file.uncertain:
        if failure.kind in _KINDS:
            yield top_level_lookup.violation_of(failure)
    for kind, subject, why, line in file.assumptions:
        if kind in _KINDS:
            yield top_level_lookup.violation(f"{kind} {subject} is looked up outside tasks: {why}", line)
