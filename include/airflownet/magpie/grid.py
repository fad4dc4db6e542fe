"""The coverage grid: which cell the next request is steered to, by deficit of accepted ones.

The full product has thousands of cells, most of which stay empty in any run. So the deficit is kept per
value of each dimension: a value that has fewer accepted requests than the others of its dimension comes
next. Ties, and the combination of values, are decided by hash, so that a run can be repeated.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from airflownet.magpie import prompt_files

DIMENSIONS = ("airflow", "provider", "feature", "form", "length")
_REPLAY_TOPICS = (
    "string and text processing",
    "collections and algorithms",
    "files, paths and serialisation",
    "dates and times",
    "classes and data structures",
    "numbers and statistics",
    "regular expressions and parsing",
    "command-line tools",
    "tests for a given function",
    "concurrency and iterators",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of values; empty values belong to the control arm."""

    values: tuple[tuple[str, str], ...]
    """(dimension, value) in the order of the dimensions."""

    @property
    def name(self) -> str:
        """``airflow=3.3|provider=amazon|...``; empty for the control arm."""
        return "|".join(f"{dimension}={value}" for dimension, value in self.values)

    def get(self, dimension: str) -> str:
        """Returns the value of a dimension, empty when the cell has none."""
        return dict(self.values).get(dimension, "")


CONTROL = Cell(())


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Returns dimension -> value -> what the steer says of it."""
    import yaml

    text = resources.files(__package__).joinpath("coverage.yaml").read_text("utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


def dimensions(airflow_lines: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Returns the grid for DAG requests: dimension -> values."""
    table = phrases()
    return {"airflow": tuple(airflow_lines)} | {name: tuple(table[name]) for name in DIMENSIONS[1:]}


def replay_dimensions() -> dict[str, tuple[str, ...]]:
    """Returns the grid for general Python."""
    table = phrases()
    return {"topic": _REPLAY_TOPICS, "form": ("terse", "prose", "question"), "length": tuple(table["length"])}


def next_cells(
    grid: Mapping[str, Sequence[str]], accepted: Iterable[Cell], count: int, key: str
) -> list[Cell]:
    """Returns the cells of the next requests: for each dimension the values with the fewest so far.

    Args:
        grid: dimension -> values.
        accepted: cells of requests accepted so far, repeats counted.
        count: how many cells.
        key: decides ties; another key per round.
    """
    have: dict[str, Counter[str]] = {dimension: Counter() for dimension in grid}
    for cell in accepted:
        for dimension, value in cell.values:
            if dimension in have:
                have[dimension][value] += 1
    cells = []
    for index in range(count):
        chosen = []
        for dimension, values in grid.items():
            value = min(values, key=lambda v: (have[dimension][v], _rank(f"{key}|{index}|{dimension}|{v}")))
            have[dimension][value] += 1
            chosen.append((dimension, value))
        cells.append(Cell(tuple(chosen)))
    return cells


def steer(cell: Cell, kind: str) -> str:
    """Returns the system prompt for a cell; empty for the control arm."""
    if not cell.values:
        return ""
    table = phrases()
    said = {dimension: table.get(dimension, {}).get(value, value) for dimension, value in cell.values}
    name = prompt_files.STEER if kind == "magpie" else prompt_files.STEER_REPLAY
    return prompt_files.filled(name, **said)


def _rank(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
