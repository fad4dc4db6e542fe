"""Tasks and edges that the loader sees, for each way of writing them."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

import pytest

from airflownet.judge.loader import load_source

HEAD = """
from airflow.sdk import DAG, Label, TaskGroup, chain, chain_linear, cross_downstream, dag, setup, task, task_group, teardown
from airflow.providers.standard.operators.empty import EmptyOperator

def op(name, **kwargs):
    return EmptyOperator(task_id=name, **kwargs)

"""


def graph(body: str) -> tuple[set[str], set[tuple[str, str]]]:
    code = HEAD + 'with DAG("d") as the_dag:\n' + "\n".join("    " + line for line in body.splitlines())
    file = load_source(code)
    assert file.failures == ()
    assert file.unknowns == ()
    (found,) = file.dags
    assert found.is_complete
    return {str(t.task_id) for t in found.tasks}, set(found.edges)


@pytest.mark.parametrize(
    ("body", "edges"),
    [
        pytest.param("op('a') >> op('b')", {"a>b"}, id="right-shift"),
        pytest.param("op('a') << op('b')", {"b>a"}, id="left-shift"),
        pytest.param("op('a') >> [op('b'), op('c')] >> op('d')", {"a>b", "a>c", "b>d", "c>d"}, id="list"),
        pytest.param("op('a').set_downstream([op('b')])", {"a>b"}, id="set-downstream"),
        pytest.param("op('a').set_upstream(op('b'))", {"b>a"}, id="set-upstream"),
        pytest.param("chain(op('a'), [op('b'), op('c')], [op('d'), op('e')])", {"a>b", "a>c", "b>d", "c>e"}, id="chain"),
        pytest.param("chain_linear(op('a'), [op('b'), op('c')], [op('d')])", {"a>b", "a>c", "b>d", "c>d"}, id="linear"),
        pytest.param("cross_downstream([op('a'), op('b')], [op('c')])", {"a>c", "b>c"}, id="cross-downstream"),
        pytest.param("op('a') >> Label('why') >> op('b')", {"a>b"}, id="label"),
        pytest.param("ts = [op(f't{i}') for i in range(3)]\nts[0] >> ts[1:]", {"t0>t1", "t0>t2"}, id="comprehension"),
        pytest.param("last = op('a')\nfor n in ('b', 'c'):\n    new = op(n)\n    last >> new\n    last = new", {"a>b", "b>c"}, id="loop"),
        pytest.param("with TaskGroup('g') as g:\n    op('x') >> op('y')\nop('a') >> g >> op('b')",
                     {"a>g.x", "g.x>g.y", "g.y>b"}, id="group-ends"),
        pytest.param("with TaskGroup('g', prefix_group_id=False):\n    op('x')\nop('a')", set(), id="group-no-prefix"),
        pytest.param("@task\ndef f(x):\n    return x\nf(f(1))", {"f>f__1"}, id="taskflow-data-edge"),
        pytest.param("@task\ndef f(x):\n    return x\nf.override(task_id='other')([f(1)])", {"f>other"}, id="override"),
        pytest.param("@task\ndef f(x):\n    return x\nf.expand(x=f.override(task_id='src')(1))", {"src>f"}, id="expand"),
        pytest.param("@task\ndef f(x):\n    return x\n@task_group\ndef g(y):\n    return f(y)\ng(f(0)) >> op('z')",
                     {"f>g.f", "g.f>z"}, id="task-group-returns"),
        pytest.param("s = op('s').as_setup()\nw = op('w')\nt = op('t').as_teardown(setups=s)\ns >> w >> t",
                     {"s>w", "w>t", "s>t"}, id="setup-teardown"),
        pytest.param("s = op('s').as_setup()\nt = op('t').as_teardown(setups=s)\nwith t:\n    op('w')",
                     {"s>w", "w>t", "s>t"}, id="teardown-context"),
        pytest.param("x = {'a': op('a')}\nx['b'] = op('b')\nx['a'] >> x['b']", {"a>b"}, id="dict-of-tasks"),
        pytest.param("a = op('a')\nb = EmptyOperator(task_id='b', doc_md=str(a.task_id))\nb << a", {"a>b"}, id="attribute"),
    ],
)  # fmt: skip
def test_edges(body: str, edges: set[str]) -> None:
    tasks, found = graph(body)
    assert {f"{up}>{down}" for up, down in found} == edges
    assert {end for edge in found for end in edge} <= tasks


def test_dag_decorator_with_call_builds_dag() -> None:
    file = load_source(HEAD + "@dag(schedule=None)\ndef flow():\n    op('a') >> op('b')\nflow()\n")
    (found,) = file.dags
    assert (found.dag_id, found.edges) == ("flow", (("a", "b"),))


def test_dag_decorator_without_call_builds_nothing() -> None:
    file = load_source(HEAD + "@dag(schedule=None)\ndef flow():\n    op('a')\n")
    assert file.dags == ()
    assert file.uncalled_dags[0][0] == "flow"


def test_dag_within_function_is_found_only_when_entered() -> None:
    plain = HEAD + "def make():\n    d = DAG('d')\nmake()\n"
    entered = HEAD + "def make():\n    with DAG('d') as d:\n        op('a')\nmake()\n"
    assert load_source(plain).dags == ()
    assert len(load_source(entered).dags) == 1


def test_loop_over_unknown_items_is_not_complete() -> None:
    code = HEAD + "import json\nwith DAG('d'):\n    for n in json.load(open('x')):\n        op(n)\n"
    (found,) = load_source(code).dags
    assert not found.is_complete


def test_default_args_and_dates_are_exported() -> None:
    code = HEAD + (
        "from datetime import datetime, timedelta\n"
        "with DAG('d', start_date=datetime(2024, 1, 2), default_args={'retry_delay': timedelta(minutes=5)}):\n"
        "    op('a')\n"
    )
    (found,) = load_source(code).dags
    start = found.arguments["start_date"]
    assert (start.path, start.args) == ("datetime.datetime", (2024, 1, 2))  # type: ignore[attr-defined]
    assert found.tasks[0].arguments["retry_delay"].kwargs == (("minutes", 5),)  # type: ignore[attr-defined]


def test_asset_decorator_is_a_dag_of_one_task() -> None:
    (found,) = load_source(
        "from airflow.sdk import asset\n@asset(schedule=None)\ndef sales():\n    pass\n"
    ).dags
    assert (found.dag_id, [t.task_id for t in found.tasks]) == ("sales", ["sales"])
