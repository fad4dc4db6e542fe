"""An unfinished file: what is no fault yet, and what can never become right."""

from __future__ import annotations

import pytest

from airflownet.generation.logical_lines import LogicalLines
from airflownet.generation.unfinished import faults_of_finished, faults_so_far

TOP = """from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, dag, task

"""
DAG = TOP + 'with DAG(dag_id="a", start_date=datetime(2024, 1, 1), schedule=None) as dag_:\n'
ONE = DAG + '    one = BashOperator(task_id="one", bash_command="echo")\n'
TWO = ONE + '    two = BashOperator(task_id="two", bash_command="echo")\n'
TASKFLOW = TOP + "@dag(schedule=None, start_date=datetime(2024, 1, 1))\n"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("", id="nothing"),
        pytest.param(TOP, id="imports"),
        pytest.param(DAG, id="open-with"),
        pytest.param(ONE, id="a-task"),
        pytest.param(TASKFLOW, id="decorator-alone"),
        pytest.param(TASKFLOW + "def flow():\n", id="open-function"),
        pytest.param(TASKFLOW + 'def flow():\n    """Text."""\n    @task\n', id="inner-decorator"),
        pytest.param("try:\n    from airflow.sdk import DAG\n", id="open-try"),
        pytest.param("try:\n    import a_b_c\nexcept ImportError:\n    a_b_c = None\n", id="guarded-import"),
        pytest.param(TOP + "def f():\n    return later()\n", id="name-that-may-come"),
        pytest.param('"""Docs."""\n', id="docstring"),
        pytest.param("if True:\n    x = 1\nelse:\n", id="else"),
    ],
)
def test_what_may_still_become_right(code: str) -> None:
    assert faults_so_far(code) == ()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        pytest.param("from airflow.operators.bash_magic import X\n", "unknown-module", id="module"),
        pytest.param("from airflow.sdk import DAGG\n", "unknown-name", id="name"),
        pytest.param("import pandass_x\n", "third-party-module", id="package"),
        pytest.param(
            DAG + '    BashOperator(task_id="x", bash_command="ls", bash_comand="ls")\n',
            "unknown-argument",
            id="argument",
        ),
        pytest.param(DAG + "    BashOperator(bash_command='ls')\n", "missing-argument", id="missing"),
        pytest.param(DAG + "    PythonOperator(task_id='x')\n", "undefined-name", id="undefined"),
        pytest.param(
            ONE + '    BashOperator(task_id="one", bash_command="x")\n', "duplicate-task-id", id="twice"
        ),
        pytest.param(TWO + "    one >> two >> one\n", "cycle", id="cycle"),
        pytest.param(ONE + '    one >> "two"\n', "wrong-relation", id="relation"),
        pytest.param(
            TOP + 'd = DAG(dag_id="a", schedule="every tuesday")\n', "invalid-schedule", id="schedule"
        ),
        pytest.param(ONE + "  two = 1\n", "syntax-error", id="indent"),
        pytest.param(
            TASKFLOW + "def flow():\n    @task.bish\n    def a(): ...\n",
            "unknown-attribute",
            id="inside-a-dag-function",
        ),
        pytest.param(
            "def f():\n    from airflow.sdk import Nothing\n", "unknown-name", id="import-in-function"
        ),
    ],
)
def test_what_can_never_become_right(code: str, kind: str) -> None:
    assert kind in [fault.kind for fault in faults_so_far(code)]


def test_a_package_that_the_request_names_may_be_imported() -> None:
    assert faults_so_far("import duckdb_x\n", packages={"duckdb_x"}) == ()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        pytest.param(ONE, "", id="loads"),
        pytest.param(TOP, "no-dag", id="no-dag"),
        pytest.param(TASKFLOW + "def flow():\n    pass\n", "no-dag", id="dag-function-not-called"),
        pytest.param(
            ONE + "\n\ndef f():\n    return nowhere_defined\n", "undefined-name", id="name-in-function"
        ),
    ],
)
def test_a_finished_file(code: str, kind: str) -> None:
    assert [fault.kind for fault in faults_of_finished(code)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("text", "n_lines", "problem"),
    [
        ("x = 1\n", 1, ""),
        ("f(\n  1,\n)\ny = 2\n", 2, ""),
        ('x = """a\n"b"\n"""\n', 1, ""),
        ("x = ''\ny = '\\''\n", 2, ""),
        ("# one\n\n   \n", 0, ""),
        ("x = 1  # 'open\n", 1, ""),
        ("x = 1 + \\\n  2\n", 1, ""),
        ("x = 'a\n", 0, "not closed"),
        ("x = )\n", 0, "closes nothing"),
        ("x = '" + "a" * 4000, 0, "characters"),
    ],
)
def test_logical_lines(text: str, n_lines: int, problem: str) -> None:
    scan = LogicalLines()
    assert sum(scan.feed(char) for char in text) == n_lines
    assert problem in scan.problem
    assert bool(problem) == bool(scan.problem)
