"""A DAG that loads, and that Airflow cannot store."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.judge.rules.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN304",
    "unserializable",
    Severity.SERIALIZE,
    "The DAG loads, and Airflow cannot serialize it",
    RuleDoc(
        what="A timetable, partition mapper or priority strategy of the file's own class, a priority "
        "strategy that does not exist, or a list of assets where one expression is wanted.",
        why="The dag processor serializes each DAG after DagBag has loaded it, and finds only classes that a "
        "plugin registers. The web interface shows `Broken DAG`; `DagBag` and `airflow dags test` do not.",
        bad="""
from airflow.sdk import DAG, CronTriggerTimetable


class Workdays(CronTriggerTimetable):
    pass


with DAG("daily", schedule=Workdays("0 6 * * 1-5", timezone="UTC")):
    pass
""",
        good="""
from airflow.sdk import DAG, CronTriggerTimetable

with DAG("daily", schedule=CronTriggerTimetable("0 6 * * 1-5", timezone="UTC")):
    pass
""",
    ),
)
def unserializable(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:  # noqa: ARG001
    """Yields one violation for each such value."""
    for failure in file.unserializable:
        yield unserializable.violation_of(failure)
