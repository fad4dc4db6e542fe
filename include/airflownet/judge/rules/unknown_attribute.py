"""An attribute nothing has."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

unknown_attribute = failure_rule(
    "AFN205",
    "unknown-attribute",
    Severity.LOAD,
    "An attribute is used that the object does not have",
    RuleDoc(
        what="Code that runs at import reads an attribute or calls a method that the module, class or "
        "object does not have.",
        why="Python raises AttributeError while Airflow imports the file.",
        bad="""
import airflow.utils.dates
from airflow.sdk import DAG

dag = DAG("daily", start_date=airflow.utils.dates.days_ago(2))  # gone in Airflow 3
""",
        good="""
import pendulum
from airflow.sdk import DAG

dag = DAG("daily", start_date=pendulum.datetime(2024, 1, 1, tz="UTC"))
""",
    ),
    "unknown-attribute",
)
