"""A relative import."""

from __future__ import annotations

from airflownet.judge.registry import RuleDoc, failure_rule
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
from .common import default_args
""",
        good="""
from common import default_args  # common.py lies in the dags folder
""",
    ),
    "relative-import",
)
