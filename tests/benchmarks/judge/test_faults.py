"""Every kind of fault is planted where a file offers a place, and is the only thing wrong with it."""

from __future__ import annotations

import ast

import pytest
from fault_injection import is_named, measure
from faults import FAULTS, Fault

from airflownet.dataset.faults.sites import Sites
from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

CLASSIC = '''"""A file like an official example."""

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("classic", schedule="@daily", start_date=datetime(2024, 1, 1)) as dag:
    one = BashOperator(task_id="one", bash_command="true")
    two = BashOperator(task_id="two", bash_command="true")
    three = BashOperator(task_id="three", bash_command="true")

    one >> two >> three
'''
TASKFLOW = """from airflow.sdk import dag, task

@dag(schedule=None)
def flow():
    @task
    def one():
        return 1

    one()

flow()
"""


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_found_and_named(kind: str) -> None:
    fault = FAULTS[kind]
    text = fault.plant(Sites.of(TASKFLOW if kind == "@dag never called" else CLASSIC))
    assert text is not None
    assert text != CLASSIC
    if fault.code != "AFN001":
        ast.parse(text)
    verdict = judge_code(text, airflow="3.3")
    assert fault.is_found(verdict)
    assert is_named(fault, verdict)


@pytest.mark.parametrize("code", [CLASSIC, TASKFLOW], ids=["classic", "taskflow"])
def test_without_a_fault_the_file_loads(code: str) -> None:
    assert judge_code(code, airflow="3.3").outcome is Outcome.LOADS


@pytest.mark.parametrize("kind", ["duplicate task_id", "cycle", "mixed DAGs", "bad retries"])
def test_a_file_without_a_place_is_left_alone(kind: str) -> None:
    assert FAULTS[kind].plant(Sites.of(TASKFLOW)) is None


def test_what_is_not_found_is_counted_and_told() -> None:
    harmless = Fault(lambda sites: sites.code + "# nothing\n", "AFN201")
    count = measure(harmless, [("a", CLASSIC + "# nothing\n"), ("b", CLASSIC + "x = y\n")], "3.3", None, 5)
    assert (count.n_planted, count.n_found, count.n_named, count.recall) == (2, 1, 1, 0.5)
    assert [line.partition(":")[0] for line in count.lines] == ["a"]
