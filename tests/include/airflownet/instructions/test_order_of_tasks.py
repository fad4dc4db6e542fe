"""Edges to the order of telling."""

import itertools
import time

import pytest

from airflownet.instructions.order_of_tasks import chains, layers, order_lines, without_implied


@pytest.mark.parametrize(
    ("tasks", "edges", "expected"),
    [
        pytest.param("abc", ["ab", "bc"], ["a", "b", "c"], id="sequence"),
        pytest.param("abcd", ["ab", "ac", "bd", "cd"], ["a", "bc", "d"], id="diamond"),
        pytest.param("ba", [], ["ba"], id="no-edges-keep-the-files-order"),
        pytest.param("abc", ["ab", "ba"], ["c", "ab"], id="cycle-last"),
        pytest.param("ab", ["ax", "ab"], ["a", "b"], id="foreign-edge-ignored"),
        pytest.param("", [], [], id="empty"),
    ],
)
def test_layers(tasks: str, edges: list[str], expected: list[str]) -> None:
    found = layers(list(tasks), [(edge[0], edge[1]) for edge in edges])
    assert ["".join(layer) for layer in found] == expected


def test_implied_edges_are_left_out() -> None:
    assert without_implied([("a", "b"), ("b", "c"), ("a", "c")]) == (("a", "b"), ("b", "c"))


def test_edges_of_a_cycle_stay() -> None:
    edges = (("a", "b"), ("b", "a"))
    assert without_implied(edges) == edges


def test_one_line_when_layers_tell_all() -> None:
    edges = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]
    assert order_lines("abcd", edges, " -> ") == ("`a` -> `b` and `c` in parallel -> `d`",)


def test_paths_otherwise() -> None:
    edges = [("a", "b"), ("b", "d"), ("c", "d")]
    assert order_lines("abcd", edges, " -> ") == ("`a` -> `b` -> `d`", "`c` -> `d`")


def test_paths_hold_every_edge_once() -> None:
    tasks = [f"t{index}" for index in range(12)]
    edges = [
        (up, down) for i, up in enumerate(tasks) for j, down in enumerate(tasks) if j > i and (i * j) % 3 == 1
    ]
    told = [pair for path in chains(layers(tasks, edges), edges) for pair in itertools.pairwise(path)]
    assert sorted(told) == sorted(edges)


def test_large_graphs_take_no_time() -> None:
    tasks = [str(index) for index in range(20_000)]
    edges = [(up, down) for up, down in itertools.pairwise(tasks)]
    started_s = time.process_time()
    assert len(layers(tasks, edges)) == 20_000
    assert len(without_implied(edges)) == 19_999
    assert time.process_time() - started_s < 5  # quadratic work would take minutes
