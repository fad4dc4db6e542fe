"""Rendered files: idiomatic for their line, loaded by the judge, texts in them data and no more."""

from __future__ import annotations

import ast

import pytest

from airflownet.judge.loader import load_source
from airflownet.judge.verdict import judge_code
from airflownet.plans import DagPlan, Expression, Plan, PlanError, Reference, TaskPlan, render

NIGHTLY = Plan(
    (
        DagPlan(
            "nightly",
            {"schedule": "@daily", "start_date": "2026-01-01", "catchup": False},
            (
                TaskPlan("fetch", "BashOperator", {"bash_command": "curl -O https://example.com/a.csv"}),
                TaskPlan("count", "@task", {}, ("fetch",), code="return len(open('a.csv').readlines())"),
                TaskPlan(
                    "tell", "@task", {"retries": 2}, call={"n": Reference("count")}, code="print(n, ds)"
                ),
            ),
        ),
    )
)
ON_3_3 = """\
from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, task


@task
def count():
    return len(open("a.csv").readlines())


@task(retries=2)
def tell(n, ds=None):
    print(n, ds)


with DAG(
    dag_id="nightly",
    schedule="@daily",
    start_date=datetime(2026, 1, 1),
    catchup=False,
):
    fetch = BashOperator(
        task_id="fetch",
        bash_command="curl -O https://example.com/a.csv",
    )

    count_task = count()
    tell(n=count_task)

    fetch >> count_task
"""


def test_a_file_as_a_person_would_write_it() -> None:
    assert render(NIGHTLY) == ON_3_3


@pytest.mark.parametrize("airflow", ["2.7", "2.9", "2.11", "3.0", "3.3"])
def test_every_line_gets_its_own_imports(airflow: str) -> None:
    code = render(NIGHTLY, airflow)
    verdict = judge_code(code, airflow=airflow)
    assert verdict.outcome.value == "loads", verdict.reason
    assert verdict.dags[0].edges == (("count", "tell"), ("fetch", "count"))
    assert ("airflow.sdk" in code) == airflow.startswith("3")


def task(task_id: str, *after: str, **arguments: object) -> TaskPlan:
    return TaskPlan(task_id, "EmptyOperator", arguments, after)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tasks", "edges"),
    [
        pytest.param([task("a"), task("b", "a"), task("c", "b")], {("a", "b"), ("b", "c")}, id="chain"),
        pytest.param(
            [task("a"), task("b"), task("c", "a", "b"), task("d", "a", "b")],
            {("a", "c"), ("b", "c"), ("a", "d"), ("b", "d")},
            id="many to many",
        ),
        pytest.param(
            [task("g.a"), task("g.h.b", "g.a"), task("g.h.c", "g.a"), task("d", "g")],
            {("g.a", "g.h.b"), ("g.a", "g.h.c"), ("g.h.b", "d"), ("g.h.c", "d")},
            id="after a group",
        ),
        pytest.param([task("class"), task("2nd-one", "class")], {("class", "2nd-one")}, id="no names"),
        pytest.param([task("dag"), task("DAG", "dag")], {("dag", "DAG")}, id="taken names"),
    ],
)  # fmt: skip
def test_order_and_groups(tasks: list[TaskPlan], edges: set[tuple[str, str]]) -> None:
    loaded = load_source(render(Plan((DagPlan("x", {}, tuple(tasks)),))))
    assert not loaded.failures
    assert set(loaded.dags[0].edges) == edges
    assert {one.task_id for one in loaded.dags[0].tasks} == {one.task_id for one in tasks}


TEXTS = [
    '"); import os; os.system("x") #',
    "'''\"\"\"",
    'end"""',
    "back\\slash\n\\",
    "two\nlines \"\"\" and '''",
    "{{ ds }} {x!r} %s",
    "null \x00 bell \x07 line \u2028 right-to-left \u202e",
    "\ud800",
    "tab\tand\r\nreturn",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_texts_stay_data(text: str) -> None:
    where = {"bash_command": text, "env": {text: [text]}}
    plan = Plan((DagPlan(text, {"description": text}, (TaskPlan("a", "BashOperator", where),)),))  # type: ignore[arg-type]
    code = render(plan)
    tree = ast.parse(code.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass"))
    assert [type(node).__name__ for node in tree.body][-1] == "With"
    assert len(tree.body) == 3
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert found.count(text) == 5


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('x')",
        "os.system('x')",
        "().__class__",
        "datetime.__subclasses__()",
        "[x for x in y]",
        "lambda: 1",
        "open('x')",
        "eval('1')",
        "subprocess.run('x')",
        "timedelta(**x)",
        "(x := 1)",
        "f'{x}'",
        "NoSuchThing(1)",
        "1; 2",
        "timedelta(",
    ],
)
def test_expressions_that_are_refused(text: str) -> None:
    plan = Plan((DagPlan("x", {"dagrun_timeout": Expression(text)}),))
    with pytest.raises(PlanError, match="expression"):
        render(plan)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("timedelta(minutes=5)", "from datetime import timedelta"),
        ("Asset('s3://a')", "from airflow.sdk import DAG, Asset"),
        ("kubernetes.client.models.V1Pod(spec=[1])", "from kubernetes.client.models import V1Pod"),
        ("pendulum.duration(days=1)", "import pendulum"),
    ],
)
def test_expressions_bring_their_imports(text: str, line: str) -> None:
    assert line in render(Plan((DagPlan("x", {"params": {"a": Expression(text)}}),)))


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (TaskPlan("a", "NoSuchOperator"), "unknown-operator"),
        (TaskPlan("a", "@task.nothing", code="pass"), "unknown-operator"),
        (TaskPlan("a", "os.system"), "unknown-operator"),
        (TaskPlan("a", "EmptyOperator", {"a b": 1}), "argument-no-name"),
        (TaskPlan("a", "@task", call={"a=1, *": 1}, code="pass"), "argument-no-name"),
        (TaskPlan("a", "@task", code="x = ("), "code-not-python"),
        (TaskPlan("a", "@task", code="return 1\ndef f(): pass\n  x"), "code-not-python"),
        (TaskPlan("a", "EmptyOperator", after=("b",)), "after-unknown-task"),
        (TaskPlan("a", "EmptyOperator", {"retries": Reference("b")}), "output-of-unknown-task"),
    ],
)
def test_what_cannot_be_written_is_told(one: TaskPlan, reason: str) -> None:
    with pytest.raises(PlanError) as told:
        render(Plan((DagPlan("x", {}, (one,)),)))
    assert told.value.reason == reason


@pytest.mark.parametrize(
    "dag",
    [
        pytest.param(DagPlan("d", {"x=1)\nimport os\n(y": 1}), id="dag"),
        pytest.param(DagPlan("d", {}, (TaskPlan("a", "@task", {"x)\n@f(y": 1}, code="pass"),)), id="task"),
    ],
)
def test_no_name_of_an_argument_is_code(dag: DagPlan) -> None:
    with pytest.raises(PlanError, match="argument-no-name"):
        render(Plan((dag,)))
