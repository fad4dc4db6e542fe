"""Plans of files: what they say, what they leave out, and that a rendered plan reads the same again."""

from __future__ import annotations

import pytest

from airflownet.plans import plan_of, render, to_text

HEAD = """\
import json
from datetime import datetime, timedelta
from airflow.sdk import DAG, Asset, TaskGroup, dag, task
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import PythonOperator
"""
FILES = {
    "operators": (
        """
with DAG("x", schedule="@daily", start_date=datetime(2026, 1, 1), default_args={"retries": 2}):
    a = BashOperator(task_id="a", bash_command="echo $HOME", execution_timeout=timedelta(hours=1))
    b = EmptyOperator(task_id="b", outlets=[Asset("s3://b")], trigger_rule="all_done")
    a >> b
""",
        '{"dag":"x","schedule":"@daily","start_date":"2026-01-01","default_args":{"retries":2},"tasks":['
        '{"BashOperator":"a","bash_command":"echo $HOME","execution_timeout":"=timedelta(hours=1)"},'
        '{"EmptyOperator":"b","after":"a","outlets":["=Asset(\'s3://b\')"],"trigger_rule":"all_done"}]}',
    ),
    "taskflow": (
        """
LIMIT = 3
@dag(schedule=None)
def x():
    @task(retries=1)
    def first(n, ds=None):
        '''Says nothing.'''
        return json.dumps({"n": n + LIMIT})
    @task
    def each(row, by=2):
        print(row)
    each.expand(row=first(1))
x()
""",
        '{"dag":"x","schedule":null,"tasks":[{"@task":"first","call":{"n":1},"retries":1,'
        '"code":"import json\\nLIMIT = 3\\nreturn json.dumps({\'n\': n + LIMIT})"},'
        '{"@task":"each","map":{"row":"$first"},"call":{"by":2},"code":"print(row)"}]}',
    ),
    "python operators become taskflow": (
        """
def say(word, **context):
    print(word, context["ds"])
with DAG("x", schedule=None):
    PythonOperator(task_id="say", python_callable=say, op_args=["hi"], retries=3)
    PythonOperator(task_id="short", python_callable=lambda: 1)
""",
        '{"dag":"x","schedule":null,"tasks":[{"@task":"say","call":{"word":"hi"},"retries":3,'
        '"code":"print(word, context[\'ds\'])"},{"@task":"short","code":"return 1"}]}',
    ),
    "groups": (
        """
with DAG("x", schedule=None):
    with TaskGroup("g") as g:
        a = EmptyOperator(task_id="a")
        b = EmptyOperator(task_id="b")
    g >> EmptyOperator(task_id="c")
""",
        '{"dag":"x","schedule":null,"tasks":[{"EmptyOperator":"g.a"},{"EmptyOperator":"g.b"},'
        '{"EmptyOperator":"c","after":"g"}]}',
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_plans_of_files(name: str) -> None:
    source, text = FILES[name]
    read = plan_of(HEAD + source)
    assert read.losses == ()
    assert read.plan is not None
    assert to_text(read.plan) == text
    assert plan_of(render(read.plan)).plan == read.plan


@pytest.mark.parametrize(
    ("source", "losses"),
    [
        ("x = (", ("does-not-load",)),
        ("x = 1", ("no-dag",)),
        (
            'with DAG("x"):\n    BashOperator(task_id="a", bash_command=open("x").read())',
            ("argument-not-known",),
        ),
        (
            'f = lambda c: 1\nwith DAG("x"):\n    EmptyOperator(task_id="a", pre_execute=f)',
            ("argument-of-the-file",),
        ),
        ('class Mine(EmptyOperator): ...\nwith DAG("x"):\n    Mine(task_id="a")', ("class-of-the-file",)),
        (
            'with DAG("x") as d:\n    @task\n    def f():\n        print(d)\n    f()',
            ("function-needs-the-file",),
        ),
        ('@task\nasync def f(): ...\nwith DAG("x"):\n    f()', ("function-async",)),
    ],
)
def test_what_a_plan_leaves_out_is_told(source: str, losses: tuple[str, ...]) -> None:
    assert plan_of(HEAD + source).losses == losses
