"""Checks that some lines of Airflow have and others do not; taken from the sources of each."""

from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

_HEAD = """
import datetime as dt
from airflow import DAG
from airflow.decorators import dag, task, task_group
from airflow.operators.bash import BashOperator

START = dt.datetime(2024, 3, 1)
"""
_WITH = (
    'with DAG("d", start_date=START, schedule=None, {}):\n    BashOperator(task_id="a", bash_command="x")\n'
)
_TYPED = [
    ("tags=('a', 'b')", "tags-tuple"),
    ("tags={'a'}", "tags-set"),
    ("tags='a'", "tags-text"),
    ("catchup='False'", "catchup-text"),
    ("catchup=1", "catchup-number"),
    ("render_template_as_native_obj='yes'", "native-text"),
    ("is_paused_upon_creation='True'", "paused-text"),
    ("auto_register=1", "auto-register-number"),
]


@pytest.mark.parametrize("argument", [pytest.param(text, id=name) for text, name in _TYPED])
def test_types_of_dag_arguments_are_asked_for_by_2_10_and_2_11(argument: str) -> None:
    code = _HEAD + _WITH.format(argument)
    outcomes = {line: judge_code(code, airflow=line).outcome.value for line in ("2.9", "2.10", "2.11", "3.0")}
    assert outcomes == {"2.9": "loads", "2.10": "fails", "2.11": "fails", "3.0": "loads"}


@pytest.mark.parametrize(
    "argument", ["tags=[]", "tags=()", "tags=None", "max_active_runs=True", "concurrency=4"]
)
def test_types_that_2_11_takes(argument: str) -> None:
    assert judge_code(_HEAD + _WITH.format(argument), airflow="2.11").outcome is Outcome.LOADS


_IN_DAG = _HEAD + "@dag(schedule=None, start_date=START)\ndef d():\n{}\nd()\n"
_CALLED = "    @task\n    def f({}):\n        return 1\n    f({})"
_MAPPED = (
    "    @task(multiple_outputs=True)\n    def src():\n        return {{'k': [1]}}\n"
    "    @task_group\n    def group(v):\n        BashOperator(task_id='a', bash_command='x')\n    group.{}"
)
_COMBINED = "    @task\n    def f(x=None):\n        return [1]\n    {}"
_PARTIAL = '    BashOperator.partial(task_id="m", {}).expand(bash_command=["a", "b"])'
_ALL = ("2.7", "2.8", "2.9", "2.10", "2.11", "3.0", "3.1", "3.2", "3.3")
_FROM_8_TO_31 = ("2.8", "2.9", "2.10", "2.11", "3.0", "3.1")
_FROM_10 = ("2.10", "2.11", "3.0", "3.1", "3.2", "3.3")
_WITH_KEYS = ("2.11", "3.1", "3.2", "3.3")

FAILS_ON = [
    (_CALLED.format("ds, target", "'a', 'b'"), _FROM_8_TO_31, "context-name-first"),
    (_CALLED.format("ds=None, target=None", "'a', 'b'"), (), "context-name-first-with-defaults"),
    (_CALLED.format("ds, *, target", "'a', target='b'"), (), "context-name-before-keyword"),
    (_CALLED.format("target, ds", "'b'"), (), "context-name-last"),
    (_CALLED.format("start_date, table", "'a', 'b'"), ("3.0", "3.1"), "start-date-first"),
    (_PARTIAL.format("pool_slots=0"), _FROM_10, "partial-slots-zero"),
    (_PARTIAL.format("pool_slots='two'"), _FROM_10, "partial-slots-text"),
    (_PARTIAL.format("pool_slots=None"), _FROM_10, "partial-slots-none"),
    (_PARTIAL.format("pool_slots=2"), (), "partial-slots"),
    ("    BashOperator(task_id='a'.upper, bash_command='x')", _ALL, "id-is-a-method"),
    ("    @task(task_id='a'.format)\n    def f():\n        return 1\n    f()", _ALL, "id-of-function"),
    ("    BashOperator(task_id=d, bash_command='x')", _ALL, "id-is-a-function"),
    ("    BashOperator(task_id=dt, bash_command='x')", _ALL, "id-is-a-module"),
    ("    BashOperator(task_id=BashOperator, bash_command='x')", _ALL, "id-is-a-class-of-airflow"),
    ("    @task(task_id=BashOperator)\n    def f(): ...\n    f()", _ALL, "function-id-is-a-class"),
    ("    @task_group(group_id='a'.upper)\n    def g(): ...\n    g()", _ALL, "group-id-is-a-method"),
    (_COMBINED.format("f().zip([1])"), (), "zip-of-a-list-unused"),
    (_COMBINED.format("f.expand(x=f(x=2).zip([1]))"), _ALL, "zip-of-a-list"),
    (_COMBINED.format("f(f(2).zip(f(3)).zip(None).map(str))"), _ALL, "zip-of-none-mapped"),
    (_COMBINED.format("f(1) >> f(2).concat('ab')"), _ALL, "concat-of-text"),
    (_MAPPED.format("expand(v=src()['k'])"), _WITH_KEYS, "group-over-key"),
    (_MAPPED.format("expand_kwargs(src()['k'])"), _WITH_KEYS, "group-over-key-by-rows"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "lines"), [pytest.param(*case[:2], id=case[2]) for case in FAILS_ON])
def test_fails_on_these_lines_only(body: str, lines: tuple[str, ...]) -> None:
    code = _IN_DAG.replace("{}", body)
    assert tuple(line for line in _ALL if judge_code(code, airflow=line).outcome is Outcome.FAILS) == lines
