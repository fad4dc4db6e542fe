"""The judge's storeys: a file imports from its own storey and from those below it, nowhere else."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import airflownet
from airflownet.judge.code_folders import JUDGING, LOADING

PACKAGE = "airflownet.judge"
LIBRARY = Path(airflownet.__file__).parent
JUDGE = LIBRARY / "judge"
LAZY = {"__getattr__"}
"""Functions that import on purpose: ``judge/__init__.py`` does when it is asked for the verdict."""
MOST_FILES = 40
"""Of one folder: what one can still look through."""

STOREYS = [
    "catalogue",
    "project",
    "interpreter",
    "libraries",
    "airflow/objects",
    "airflow/checks",
    "airflow",
    "loader",
    "rules",
    "",
    "report",
    "migration",
]
"""From the ground up; ``""`` is ``judge/`` itself: verdict, stage, batch. ``sandbox`` stands apart."""
GROUND_OF_AIRFLOW = ("airflow/objects.py", "airflow/world.py")
"""What Airflow's objects are, and what is asked of its catalogue: checks and meanings both need them."""


def modules() -> dict[str, Path]:
    """Module -> file of everything in the judge."""
    found = {}
    for path in sorted(JUDGE.rglob("*.py")):
        parts = path.relative_to(JUDGE).with_suffix("").parts
        found[".".join([PACKAGE, *(parts[:-1] if parts[-1] == "__init__" else parts)])] = path
    return found


def storey_of(path: Path) -> str:
    if path.relative_to(JUDGE).as_posix() in GROUND_OF_AIRFLOW:
        return "airflow/objects"
    place = path.relative_to(JUDGE).parent.as_posix()
    places = [place, *(parent.as_posix() for parent in Path(place).parents)]
    return next((name for name in places if name in (*STOREYS, "sandbox") and name), "")


def points_down(here: str, there: str) -> bool:
    if "sandbox" in (here, there):
        return here in ("sandbox", "") and here != there
    return STOREYS.index(there) <= STOREYS.index(here)


class Import(NamedTuple):
    """One ``from module import name`` of the judge's own; where it stands in the file."""

    module: str
    name: str
    line: int
    is_for_types: bool
    is_hidden: bool
    """Within a function."""


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    """What a file imports from the judge: read once, the tree itself is not kept."""
    found = []
    pending: list[tuple[ast.AST, bool, bool]] = [(ast.parse(path.read_text("utf-8")), False, False)]
    while pending:
        node, is_for_types, is_hidden = pending.pop()
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            found += [
                Import(str(node.module), alias.name, node.lineno, is_for_types, is_hidden)
                for alias in node.names
            ]
        is_for_types |= isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        is_hidden |= isinstance(node, ast.FunctionDef) and node.name not in LAZY
        pending += [(part, is_for_types, is_hidden) for part in ast.iter_child_nodes(node)]
    return tuple(found)


def arrows(known: dict[str, Path], *, is_run: bool = False) -> list[tuple[str, str]]:
    """(module, module it imports), those inside functions too; ``is_run``: those for types alone left out."""
    found = set()
    for module, path in known.items():
        for part in imports_of(path):
            if not (is_run and part.is_for_types):
                full = f"{part.module}.{part.name}"
                found.add((module, full if full in known else part.module))
    return sorted((source, target) for source, target in found if source != target)


def test_every_arrow_points_down() -> None:
    known = modules()
    up = []
    for source, target in arrows(known):
        here, there = storey_of(known[source]), storey_of(known[target])
        if here != there and not points_down(here, there):
            up.append(f"{source.removeprefix(f'{PACKAGE}.')} -> {target.removeprefix(f'{PACKAGE}.')}")
    assert not up


def test_no_import_is_hidden_in_a_function() -> None:
    hidden = [
        f"{path.relative_to(JUDGE)}:{part.line}"
        for path in modules().values()
        for part in imports_of(path)
        if part.is_hidden
    ]
    assert not hidden


def test_no_imports_run_in_a_circle() -> None:
    known = modules()
    left = {module: set() for module in known}
    for source, target in arrows(known, is_run=True):
        left[source].add(target)
    while done := {module for module, targets in left.items() if not targets & left.keys()}:
        left = {module: targets for module, targets in left.items() if module not in done}
    assert not left


def test_a_folder_can_be_looked_through() -> None:
    folders = {path.parent for path in JUDGE.rglob("*.py")}
    sizes = {folder.relative_to(JUDGE).as_posix(): len(list(folder.glob("*.py"))) for folder in folders}
    assert not {folder: size for folder, size in sizes.items() if size > MOST_FILES}


@pytest.mark.parametrize(
    ("start", "folders"),
    [
        pytest.param(f"{PACKAGE}.loader.load", LOADING, id="loading"),
        pytest.param(f"{PACKAGE}.verdict", JUDGING, id="judging"),
    ],
)
def test_stages_depend_on_all_the_code_that_loads_and_judges(start: str, folders: tuple[str, ...]) -> None:
    known = modules()
    by_source: dict[str, list[str]] = {}
    for source, target in arrows(known):
        by_source.setdefault(source, []).append(target)
    reached, open_ones = set(), [start]
    while open_ones:
        module = open_ones.pop()
        if module not in reached:
            reached.add(module)
            open_ones += by_source.get(module, [])
    places = {known[module].relative_to(LIBRARY).as_posix() for module in reached} - {
        "judge/__init__.py",
        "judge/verdict.py",
    }
    assert not [place for place in places if not place.startswith(tuple(f"{name}/" for name in folders))]
