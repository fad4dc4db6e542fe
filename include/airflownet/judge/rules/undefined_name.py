"""A name nothing defines."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

undefined_name = failure_rule(
    "AFN201",
    "undefined-name",
    Severity.LOAD,
    "A name is used before anything defines it",
    RuleDoc(
        what="Code that runs when the file is imported uses a name that is neither defined, imported nor "
        "built in.",
        why="Python raises NameError while Airflow imports the file.",
        bad="""
from airflow.sdk import DAG

with DAG("daily", start_date=datetime(2024, 1, 1)):
    pass
""",
        good="""
from datetime import datetime

from airflow.sdk import DAG

with DAG("daily", start_date=datetime(2024, 1, 1)):
    pass
""",
    ),
    "undefined-name",
)
