"""The graphs of DAGs, laid out by Graphviz' ``dot`` for drawing as SVG.

``draw_graphs([DagGraph("d", ("a", "b"), (("a", "b"),))])`` gives places and paths in pixels, from left to
right or from top to bottom, whichever fits a column of a page better. The program is ``graphviz-pure``, a
port that installs as a package; it sees numbers only, never the text of a DAG, and works in a process of its
own, so that a graph that kills it costs no report.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from airflownet.records import DagGraph

log = logging.getLogger(__name__)

PROGRAM: Final = "graphviz-pure"
MOST_TASKS: Final = 80
MOST_EDGES: Final = 400
MOST_LABEL_CHARS: Final = 26
_BATCH: Final = 500
_TIMEOUT_S: Final = 60
_PIXELS_PER_INCH: Final = 72
_CHAR_PX: Final = 7.3
_NODE_HEIGHT_PX: Final = 30
_COLUMN_PX: Final = (420, 340)
_DIRECTIONS: Final = ("LR", "TB")


@dataclass(frozen=True, slots=True)
class DrawnGraph:
    """One graph with places; pixels, the origin is the upper left corner."""

    dag_id: str
    width: int
    height: int
    nodes: tuple[tuple[str, int, int, int], ...]
    """Task id, middle x, middle y, width; 30 pixels high each."""
    edges: tuple[str, ...]
    """SVG path data; each path ends at its arrow's tip."""


def draw_graphs(graphs: Iterable[DagGraph]) -> dict[DagGraph, DrawnGraph]:
    """Returns the drawing of each graph that can be drawn; the same graphs give the same drawings.

    Left out: graphs without tasks, with more than 80 tasks or 400 edges, and all of a batch at which the
    program failed or took a minute (told in the log).
    """
    wanted = [graph for graph in dict.fromkeys(graphs) if is_drawable(graph)]
    found: dict[DagGraph, DrawnGraph] = {}
    if not wanted:
        return found
    if program_path() is None:
        log.warning("%s is not installed; graphs are not drawn: pip install %s", PROGRAM, PROGRAM)
        return found
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        found.update(zip(batch, _laid_out(batch), strict=False))
    return found


def is_drawable(graph: DagGraph) -> bool:
    """Tells whether a graph is small enough to be looked at."""
    return 0 < len(graph.tasks) <= MOST_TASKS and len(graph.edges) <= MOST_EDGES


@cache
def program_path() -> str | None:
    """Returns the program beside this Python or on PATH; None when there is none."""
    beside = Path(sys.executable).with_name(PROGRAM)
    return str(beside) if beside.exists() else shutil.which(PROGRAM)


def short_label(task_id: str) -> str:
    """Returns the task id, its middle left out when it is long."""
    if len(task_id) <= MOST_LABEL_CHARS:
        return task_id
    half = (MOST_LABEL_CHARS - 1) // 2
    return f"{task_id[:half]}…{task_id[-half:]}"


def _laid_out(graphs: Sequence[DagGraph]) -> list[DrawnGraph]:
    try:
        done = subprocess.run(
            [program_path() or PROGRAM, "-Tplain"],
            input="\n".join(_dot(graph, direction) for graph in graphs for direction in _DIRECTIONS),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
        parts = done.stdout.split("stop\n")[:-1]
        if len(parts) != 2 * len(graphs):
            raise ValueError(f"{len(parts)} drawings of {len(graphs)} graphs in two directions")
        return [
            min(_drawn(graph, across), _drawn(graph, down, from_left=False), key=_too_much)
            for graph, across, down in zip(graphs, parts[::2], parts[1::2], strict=True)
        ]
    except (OSError, subprocess.SubprocessError, ValueError, LookupError) as error:
        log.warning("%d graphs are not drawn: %s: %s", len(graphs), PROGRAM, error)
        return []


def _too_much(drawn: DrawnGraph) -> int:
    """Returns by how many pixels a drawing is too large for a column; the first of equal ones is taken."""
    column, height = _COLUMN_PX
    return 2 * max(0, drawn.width - column) + max(0, drawn.height - height)


def _dot(graph: DagGraph, direction: str) -> str:
    number = {task: index for index, task in enumerate(graph.tasks)}
    lines = ["digraph {", f"rankdir={direction}; nodesep=0.16; ranksep=0.4; node [shape=box fixedsize=true];"]
    for task, index in number.items():
        width = max(44.0, _CHAR_PX * len(short_label(task)) + 18) / _PIXELS_PER_INCH
        lines.append(f"n{index} [width={width:.3f} height={_NODE_HEIGHT_PX / _PIXELS_PER_INCH:.3f}];")
    lines += [f"n{number[up]} -> n{number[down]};" for up, down in graph.edges if {up, down} <= number.keys()]
    return "\n".join([*lines, "}"])


def _drawn(graph: DagGraph, plain: str, *, from_left: bool = True) -> DrawnGraph:
    """Reads Graphviz' plain format: inches, the origin is the lower left corner."""
    nodes: list[tuple[str, int, int, int]] = []
    edges: list[str] = []
    width = height = 0.0
    ends: dict[str, tuple[int, int, int]] = {}
    for line in plain.splitlines():
        kind, *words = line.split()
        if kind == "graph":
            width, height = float(words[1]), float(words[2])
        elif kind == "node":
            x, y = _pixels(words[1]), _pixels(height - float(words[2]))
            ends[words[0]] = (x, y, _pixels(words[3]))
            nodes.append((graph.tasks[int(words[0][1:])], x, y, _pixels(words[3])))
        elif kind == "edge":
            n_points = int(words[2])
            places = [float(word) for word in words[3 : 3 + 2 * n_points]]
            points = [
                (_pixels(x), _pixels(height - y)) for x, y in zip(places[::2], places[1::2], strict=True)
            ]
            edges.append(_path(points, ends[words[1]], from_left))
    return DrawnGraph(graph.dag_id, _pixels(width), _pixels(height), tuple(nodes), tuple(edges))


def _path(points: Sequence[tuple[int, int]], head: tuple[int, int, int], from_left: bool) -> str:
    first, *rest = [f"{x},{y}" for x, y in points]
    (last_x, last_y), (x, y, width) = points[-1], head
    # Graphviz ends the curve where its own arrow begins; ours is drawn up to the box.
    left, top = x - width // 2, y - _NODE_HEIGHT_PX // 2
    tip = ""
    if from_left and last_x < left and abs(last_y - y) < _NODE_HEIGHT_PX // 2:
        tip = f" L{left},{last_y}"
    elif not from_left and last_y < top and abs(last_x - x) < width // 2:
        tip = f" L{last_x},{top}"
    return f"M{first} C{' '.join(rest)}{tip}"


def _pixels(inches: str | float) -> int:
    return round(float(inches) * _PIXELS_PER_INCH)
