"""Classes of the file that derive from ``DAG``, ``TaskGroup`` or an operator build what their base builds."""

from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

HEAD = """\
from airflow.sdk import DAG, TaskGroup
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
"""
DAG_CLASS = """
class Daily(DAG):
    def __init__(self, name, **kw):
        kw.setdefault("schedule", None)
        super().__init__("daily_" + name, **kw)
        self.label = name
    def step(self, name):
        return EmptyOperator(task_id=f"{self.label}_{name}", dag=self)
with Daily("x") as d:
    d.step("a") >> d.step("b")
"""
GROUP_CLASS = """
class Load(TaskGroup):
    def __init__(self, group_id, tables, **kw):
        super().__init__(group_id=group_id, **kw)
        self.tables = tables
        with self:
            for table in tables:
                EmptyOperator(task_id=table)
with DAG("d", schedule=None):
    EmptyOperator(task_id="s") >> Load("g", ["t"]) >> EmptyOperator(task_id="e")
"""
BY_NAME = """
class Echo(BashOperator):
    def __init__(self, word, **kw):
        BashOperator.__init__(self, bash_command=f"echo {word}", **kw)
with DAG("d", schedule=None):
    Echo(task_id="a", word="x") >> Echo(task_id="b", word="y")
"""
GROUP_BY_NAME = """
class G(TaskGroup):
    def __init__(self, name):
        TaskGroup.__init__(self, name)
        EmptyOperator(task_id="inner", task_group=self)
with DAG("d", schedule=None):
    G("g") >> EmptyOperator(task_id="e")
"""
MADE_BY_TYPE = """
def make(name, **defaults):
    def __init__(self, **kw):
        BashOperator.__init__(self, **{**defaults, **kw})
    return type(name, (BashOperator,), {"__init__": __init__})
Echo = make("Echo", bash_command="echo")
with DAG("d", schedule=None):
    Echo(task_id="a") >> EmptyOperator(task_id="b")
"""
CASES = [
    ("dag", DAG_CLASS, "daily_x", {"x_a", "x_b"}, {("x_a", "x_b")}),
    ("group", GROUP_CLASS, "d", {"s", "g.t", "e"}, {("s", "g.t"), ("g.t", "e")}),
    ("operator-by-name", BY_NAME, "d", {"a", "b"}, {("a", "b")}),
    ("group-by-name", GROUP_BY_NAME, "d", {"g.inner", "e"}, {("g.inner", "e")}),
    ("operator-by-type", MADE_BY_TYPE, "d", {"a", "b"}, {("a", "b")}),
]


@pytest.mark.parametrize(
    ("code", "dag_id", "tasks", "edges"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_derived_classes_build(code: str, dag_id: str, tasks: set[str], edges: set[tuple[str, str]]) -> None:
    verdict = judge_code(HEAD + code)
    assert verdict.outcome is Outcome.LOADS, verdict.reason
    (dag,) = verdict.dags
    assert (dag.dag_id, set(dag.tasks), {(a, b) for a, b in dag.edges}) == (dag_id, tasks, edges)


def test_group_expanded_by_rows() -> None:
    code = """from airflow.sdk import task_group
@task_group
def g(a, b):
    EmptyOperator(task_id="x")
with DAG("d", schedule=None):
    g.expand_kwargs([{"a": 1, "b": 2}])
"""
    (dag,) = judge_code(HEAD + code).dags
    assert list(dag.tasks) == ["g.x"]


def test_airflow_2_brings_no_virtualenv() -> None:
    code = """from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import is_venv_installed
with DAG("d", schedule=None):
    EmptyOperator(task_id="a" if is_venv_installed() else "b")
"""
    (dag,) = judge_code(code, airflow="2.9").dags
    assert list(dag.tasks) == ["b"]


@pytest.mark.parametrize(("is_bound", "expected"), [(False, []), (True, ["d"])], ids=["unbound", "bound"])
def test_auto_register_needs_a_name(is_bound: bool, expected: list[str]) -> None:
    name = " as keep" if is_bound else ""
    code = f'with DAG("d", schedule=None, auto_register=False){name}:\n    EmptyOperator(task_id="a")\n'
    assert [dag.dag_id for dag in judge_code(HEAD + code).dags] == expected
