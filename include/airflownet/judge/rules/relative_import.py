"""A relative import."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

relative_import = failure_rule(
    "AFN105",
    "relative-import",
    Severity.LOAD,
    "A DAG file uses a relative import",
    RuleDoc(
        what="The file says `from . import x`. Airflow imports a DAG file by itself, not as part of a "
        "package.",
        why="Python raises ImportError: there is no parent package.",
        bad="""
from airflow.sdk import DAG

from .defaults import default_args

with DAG("daily", default_args=default_args):
    pass
""",
        good="""
from airflow.sdk import DAG
from defaults import default_args  # defaults.py lies in the dags folder

with DAG("daily", default_args=default_args):
    pass
""",
    ),
    "relative-import",
)
