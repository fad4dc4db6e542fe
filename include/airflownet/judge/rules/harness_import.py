"""An import of Airflow's own test suite."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

harness_import = failure_rule(
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
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator
from tests_common.test_utils.system_tests import get_test_run

with DAG("daily") as dag:
    BashOperator(task_id="hello", bash_command="echo hello")

test_run = get_test_run(dag)
""",
        good="""
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator

with DAG("daily"):
    BashOperator(task_id="hello", bash_command="echo hello")  # a DAG file needs no test harness
""",
    ),
    "test-harness",
)
