"""The file does not parse."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

syntax_error = failure_rule(
    "AFN001",
    "syntax-error",
    Severity.LOAD,
    "Python cannot parse the file",
    RuleDoc(
        what="The text is not valid Python: the parser or the compiler refuses it.",
        why="Airflow imports the file as a module; nothing in it exists when it does not parse.",
        bad="""
from airflow.sdk import DAG

with DAG("daily") as dag
    pass
""",
        good="""
from airflow.sdk import DAG

with DAG("daily") as dag:
    pass
""",
    ),
    "syntax-error",
)
