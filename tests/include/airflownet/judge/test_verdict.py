"""Outcome and reason, by Airflow line; one fault in each file."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge, judge_code, load_violations
from airflownet.records import Outcome

OK = """
from datetime import datetime, timedelta
from airflow import DAG
from airflow.operators.python import PythonOperator

def work():
    pass

with DAG("d", start_date=datetime(2024, 1, 1), default_args={"retries": 1, "retry_delay": timedelta(minutes=1)}) as dag:
    a = PythonOperator(task_id="a", python_callable=work)
    b = PythonOperator(task_id="b", python_callable=work)
    a >> b
"""

FAULTS = [
    pytest.param("import airflow.nothing_here", "AFN101", "airflow.nothing_here", id="unknown-module"),
    pytest.param("import os.nothing", "AFN101", "os.nothing", id="unknown-standard-module"),
    pytest.param("from airflow.models import Nothing", "AFN102", "Nothing", id="unknown-name"),
    pytest.param("from datetime import nothing", "AFN102", "nothing", id="unknown-standard-name"),
    pytest.param("from tests_common.test_utils.watcher import watcher", "AFN103", "tests_common", id="harness"),
    pytest.param("from . import common", "AFN105", "relative", id="relative-import"),
    pytest.param("x = undefined_thing", "AFN201", "undefined_thing", id="undefined-name"),
    pytest.param("def f(a: undefined_type): pass", "AFN201", "undefined_type", id="undefined-annotation"),
    pytest.param("PythonOperator(task_id='c', python_callable=work, nonsense=1, dag=dag)", "AFN202", "nonsense", id="unknown-argument"),
    pytest.param("PythonOperator(task_id='c', dag=dag)", "AFN203", "python_callable", id="missing-argument"),
    pytest.param("PythonOperator(python_callable=work, dag=dag)", "AFN203", "task_id", id="missing-task-id"),
    pytest.param("PythonOperator('c', work, dag=dag)", "AFN204", "keyword", id="positional"),
    pytest.param("dag.nothing()", "AFN205", "nothing", id="unknown-attribute"),
    pytest.param("x = 'a' + 1", "AFN206", "concatenate", id="wrong-type"),
    pytest.param("x = datetime(2024, 2, 30)", "AFN207", "day is out of range", id="bad-date"),
    pytest.param("PythonOperator(task_id='c', python_callable=work, dag=dag, retries='many')", "AFN207", "retries", id="bad-retries"),
    pytest.param("PythonOperator(task_id='c', python_callable=work, dag=dag, trigger_rule='sometimes')", "AFN207", "sometimes", id="bad-trigger-rule"),
    pytest.param("raise ValueError('no')", "AFN208", "no", id="raise"),
    pytest.param("PythonOperator(task_id='a', python_callable=work, dag=dag)", "AFN302", "'a'", id="duplicate-task-id"),
    pytest.param("PythonOperator(task_id='a b', python_callable=work, dag=dag)", "AFN303", "a b", id="bad-task-id"),
    pytest.param("DAG('bad id!')", "AFN303", "bad id!", id="bad-dag-id"),
    pytest.param("b >> a", "AFN401", "Cycle", id="cycle"),
    pytest.param("a >> PythonOperator(task_id='c', python_callable=work, dag=DAG('e'))", "AFN402", "more than one", id="mixed-dags"),
    pytest.param("a >> work", "AFN403", "function", id="relation-to-function"),
    pytest.param("e = DAG('e', schedule='61 * * * *', start_date=datetime(2024, 1, 1))", "AFN501", "61", id="bad-cron"),
    pytest.param("def f(:", "AFN001", "", id="syntax"),
]  # fmt: skip


@pytest.mark.parametrize("airflow", ["3.3", "2.9"])
def test_plain_file_loads(airflow: str) -> None:
    verdict = judge_code(OK, airflow=airflow, id="x")
    assert (verdict.outcome, verdict.reason, verdict.id) == (Outcome.LOADS, "", "x")
    assert load_violations(verdict) == ()
    assert verdict.dags[0].edges == (("a", "b"),)


@pytest.mark.parametrize("airflow", ["3.3", "2.9"])
@pytest.mark.parametrize(("line", "code", "text"), FAULTS)
def test_one_fault_fails_with_its_code(line: str, code: str, text: str, airflow: str) -> None:
    verdict = judge_code(OK + line + "\n", airflow=airflow)
    assert verdict.outcome is Outcome.FAILS
    first = load_violations(verdict)[0]
    assert first.code == code
    assert text.lower() in first.message.lower()
    assert first.line >= OK.count("\n") or code == "AFN401"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        pytest.param("import some_private_package", "some_private_package", id="third-party"),
        pytest.param("import os\nx = os.environ['NOT_SET_HERE']", "NOT_SET_HERE", id="environment"),
        pytest.param(
            "from airflow.models import Variable\nx = Variable.get('k')", "Variable k", id="variable"
        ),
    ],
)
def test_what_the_file_does_not_tell_is_unknown(line: str, text: str) -> None:
    verdict = judge(OK + line)
    assert verdict.outcome is Outcome.UNKNOWN
    assert text in verdict.reason


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("try:\n    import some_private_package\nexcept ImportError:\n    some = None", id="guarded-import"),
        pytest.param("import os\nx = os.environ.get('X', 'y').upper()", id="environment-default"),
        pytest.param("from airflow.models import Variable\nx = Variable.get('k', default_var=None)", id="variable-default"),
        pytest.param("def later():\n    return undefined_thing", id="undefined-in-uncalled-function"),
        pytest.param("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nothing_at_all", id="type-checking"),
        pytest.param("if __name__ == '__main__':\n    dag.test()", id="main-guard"),
        pytest.param("import requests\nurl = requests.compat.urljoin('a', 'b')", id="installed-library"),
        pytest.param("for i in range(3):\n    PythonOperator(task_id=f't{i}', python_callable=work, dag=dag)", id="loop"),
        pytest.param("PythonOperator(task_id='c', python_callable=lambda: 1, dag=dag, params={'a': 1}, default_args={})", id="params"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("airflow", ["3.3", "2.9"])
def test_harmless_code_loads(line: str, airflow: str) -> None:
    verdict = judge_code(OK + line + "\n", airflow=airflow)
    assert (verdict.outcome, verdict.reason) == (Outcome.LOADS, "")


@pytest.mark.parametrize(
    ("line", "on_2_9", "on_3_3"),
    [
        pytest.param("DAG('e', schedule_interval=None)", Outcome.LOADS, Outcome.FAILS, id="schedule-interval"),
        pytest.param("from airflow.operators.bash_operator import BashOperator", Outcome.LOADS, Outcome.FAILS, id="bash-operator"),
        pytest.param("from airflow.utils.dates import days_ago\nx = days_ago(1)", Outcome.LOADS, Outcome.FAILS, id="days-ago"),
        pytest.param("from airflow.sdk import task", Outcome.FAILS, Outcome.LOADS, id="sdk"),
        pytest.param("from airflow.providers.standard.operators.bash import BashOperator", Outcome.FAILS, Outcome.LOADS, id="standard-provider"),
        pytest.param("from airflow.datasets import Dataset\nDAG('e', schedule=[Dataset('s3://a/b')], start_date=datetime(2024, 1, 1))", Outcome.LOADS, Outcome.FAILS, id="dataset"),
    ],
)  # fmt: skip
def test_lines_differ(line: str, on_2_9: Outcome, on_3_3: Outcome) -> None:
    code = OK + line + "\n"
    assert judge_code(code, airflow="2.9.3").outcome is on_2_9
    assert judge_code(code, airflow="3.3.1").outcome is on_3_3


def test_first_fault_decides_and_later_ones_are_told() -> None:
    verdict = judge(OK + "import airflow.nothing_a\nimport airflow.nothing_b\n")
    assert "nothing_a" in verdict.reason
    assert [v.code for v in load_violations(verdict)] == ["AFN101", "AFN101"]


def test_no_dag_fails() -> None:
    verdict = judge("import airflow  # no dag here\n")
    assert (verdict.outcome, verdict.reason) == (Outcome.FAILS, "no DAG in the file")
    assert [v.code for v in verdict.violations] == ["AFN301"]
