"""Places of a graph's tasks: apart, in order, whatever the tasks are called."""

import itertools

import pytest

from airflownet.evaluation.sample_browser import graph_drawing
from airflownet.evaluation.sample_browser.graph_drawing import draw_graphs, short_label
from airflownet.records import DagGraph

HOSTILE = '"]; x [label="</svg>\\'


def chain(n):
    tasks = tuple(f"task_{number:02}" for number in range(n))
    return DagGraph("chain", tasks, tuple(itertools.pairwise(tasks)))


GRAPHS = [
    pytest.param(DagGraph("one", ("only",), ()), id="one-task"),
    pytest.param(chain(12), id="chain"),
    pytest.param(DagGraph("fan", ("a", "b", "c", "d"), (("a", "b"), ("a", "c"), ("a", "d"))), id="fan"),
    pytest.param(DagGraph("cycle", ("a", "b"), (("a", "b"), ("b", "a"), ("a", "a"))), id="cycle"),
    pytest.param(DagGraph(HOSTILE, (HOSTILE, "b"), ((HOSTILE, "b"), ("b", "gone"))), id="hostile-names"),
]


@pytest.mark.parametrize("graph", GRAPHS)
def test_every_task_has_a_place_of_its_own_inside_the_drawing(graph):
    drawn = draw_graphs([graph])[graph]
    assert {task for task, *_ in drawn.nodes} == set(graph.tasks)
    for _, x, y, width in drawn.nodes:
        assert -1 <= x - width / 2 <= x + width / 2 <= drawn.width + 1
        assert -1 <= y - 15 <= y + 15 <= drawn.height + 1
    for (_, x1, y1, w1), (_, x2, y2, w2) in itertools.combinations(drawn.nodes, 2):
        assert abs(x1 - x2) >= (w1 + w2) / 2 - 1 or abs(y1 - y2) >= 29
    assert all(path.startswith("M") and set(path) <= set("MCL 0123456789,-") for path in drawn.edges)


def test_a_long_chain_stands_a_short_one_lies():
    short, long = chain(3), chain(12)
    drawn = draw_graphs([short, long, short])
    assert drawn[short].width > drawn[short].height
    assert drawn[long].height > drawn[long].width
    assert draw_graphs([long]) == {long: drawn[long]}


def test_what_is_too_large_or_empty_is_left_out_and_a_missing_program_costs_nothing_else(monkeypatch):
    assert draw_graphs([DagGraph("empty", (), ()), chain(81)]) == {}
    monkeypatch.setattr(graph_drawing, "program_path", lambda: "/nowhere/dot")
    assert draw_graphs([chain(2)]) == {}
    monkeypatch.setattr(graph_drawing, "program_path", lambda: None)
    assert draw_graphs([chain(2)]) == {}


def test_a_long_name_is_cut_in_its_middle():
    assert short_label("a" * 20 + "b" * 20) == "a" * 12 + "…" + "b" * 12
