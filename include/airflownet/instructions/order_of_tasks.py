"""Edges to the order in which a person would tell the tasks.

``layers`` are the topological levels (Kahn 1962, "Topological sorting of large networks"): everything in
one layer may run at once. Tasks of a cycle come last, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from airflownet.wording.english import join_words

_MOST_EDGES: Final = 2_000


def layers(tasks: Sequence[str], edges: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Returns the ids layer by layer, each layer in the order of the file.

    Args:
        tasks: ids in the order of the file, without repeats.
        edges: (upstream, downstream); edges to other ids are ignored.
    """
    known = set(tasks)
    downstream: dict[str, list[str]] = {task: [] for task in tasks}
    waiting = dict.fromkeys(tasks, 0)
    for up, down in edges:
        if up in known and down in known:
            downstream[up].append(down)
            waiting[down] += 1
    position = {task: index for index, task in enumerate(tasks)}
    found: list[tuple[str, ...]] = []
    current = [task for task in tasks if waiting[task] == 0]
    while current:
        found.append(tuple(sorted(current, key=position.__getitem__)))
        following = []
        for task in current:
            for down in downstream[task]:
                waiting[down] -= 1
                if waiting[down] == 0:
                    following.append(down)
        current = following
    placed = {task for layer in found for task in layer}
    left = tuple(task for task in tasks if task not in placed)
    return (*found, left) if left else tuple(found)


def without_implied(edges: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Returns the edges that no longer path implies (transitive reduction), in their order.

    A person says "a, then b, then c" and leaves out that c is also after a. Graphs of more than 2,000
    edges, and edges within a cycle, are returned as they are.
    """
    if len(edges) > _MOST_EDGES:
        return tuple(edges)
    downstream: dict[str, list[str]] = {}
    for up, down in edges:
        downstream.setdefault(up, []).append(down)
    beyond: dict[str, set[str]] = {}
    kept = []
    for up, down in edges:
        if up not in beyond:
            beyond[up] = _reached(
                [far for near in downstream[up] for far in downstream.get(near, ())], downstream
            )
        if down not in beyond[up] or up in beyond[up]:
            kept.append((up, down))
    return tuple(kept)


def _reached(starts: Sequence[str], downstream: Mapping[str, Sequence[str]]) -> set[str]:
    found, waiting = set(starts), list(starts)
    while waiting:
        for down in downstream.get(waiting.pop(), ()):
            if down not in found:
                found.add(down)
                waiting.append(down)
    return found


def is_plain_sequence(ordered: Sequence[Sequence[str]], edges: Sequence[tuple[str, str]]) -> bool:
    """True when each layer depends on all of the one before and on nothing else: layers tell all."""
    expected = {(up, down) for before, after in pairwise(ordered) for up in before for down in after}
    return expected == set(edges)


def chains(ordered: Sequence[Sequence[str]], edges: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Returns paths that together hold every edge once, as a person would draw them.

    Each path starts at the first task in running order that still has an untold edge and goes on as long
    as there is one; the same input gives the same paths.
    """
    untold: dict[str, list[str]] = {}
    for up, down in edges:
        untold.setdefault(up, []).append(down)
    found = []
    for layer in ordered:
        for start in layer:
            while untold.get(start):
                path = [start]
                while untold.get(path[-1]):
                    path.append(untold[path[-1]].pop(0))
                found.append(tuple(path))
    return tuple(found)


def order_lines(tasks: Sequence[str], edges: Sequence[tuple[str, str]], arrow: str) -> tuple[str, ...]:
    """Returns the order with ids in backticks: one line when layers tell all, else one line per path.

    Args:
        tasks: ids in the order of the file, without repeats.
        edges: (upstream, downstream).
        arrow: what stands between two tasks: " -> " or ", then ".
    """
    told = without_implied(edges)
    ordered = layers(tasks, told)
    if not told:
        return ()
    if is_plain_sequence(ordered, told):
        return (arrow.join(_together(layer) for layer in ordered),)
    return tuple(arrow.join(f"`{task}`" for task in path) for path in chains(ordered, told))


def _together(layer: Sequence[str]) -> str:
    names = [f"`{task}`" for task in layer]
    return names[0] if len(names) == 1 else f"{join_words(names)} in parallel"
