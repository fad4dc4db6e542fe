"""The judge's storeys: a file imports from its own storey and from those below it, nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import airflownet
from airflownet.judge.code_folders import JUDGING, LOADING

PACKAGE = "airflownet.judge"
LIBRARY = Path(airflownet.__file__).parent
JUDGE = LIBRARY / "judge"
MOST_FILES = 60
"""Of one folder: what one can still look through."""

BELOW = {
    "catalogue": [],
    "interpreter": ["catalogue"],
    "libraries": ["interpreter", "catalogue"],
    "airflow/checks": ["libraries", "interpreter", "catalogue"],
    "airflow": ["airflow/checks", "libraries", "interpreter", "catalogue"],
    "loader": ["airflow", "airflow/checks", "libraries", "interpreter", "catalogue"],
    "rules": ["loader", "airflow", "airflow/checks", "libraries", "interpreter", "catalogue"],
    "sandbox": [],
    "": ["rules", "loader", "airflow", "airflow/checks", "libraries", "interpreter", "catalogue", "sandbox"],
    "report": ["", "rules", "loader", "interpreter", "catalogue"],
}
"""Storey -> what it may import from, the ground first; ``""`` is ``judge/`` itself: verdict, stage, batch."""

UPWARD = """
airflow.checks.dag_ids -> airflow.objects
airflow.checks.dag_parameters -> airflow.objects
airflow.checks.mapping -> airflow.objects
airflow.checks.operators -> airflow.objects
airflow.checks.param_schema -> airflow.objects
airflow.checks.task_types -> airflow.objects
interpreter.attributes -> airflow.assignment
interpreter.attributes -> airflow.attributes
interpreter.attributes -> airflow.configuration
interpreter.attributes -> airflow.objects
interpreter.attributes -> airflow.operators
interpreter.attributes -> airflow.project_decorators
interpreter.attributes -> airflow.roles
interpreter.attributes -> libraries.dispatch
interpreter.attributes -> libraries.model_classes
interpreter.attributes -> libraries.pendulum_values
interpreter.attributes -> libraries.python_calls
interpreter.attributes -> libraries.typed_results
interpreter.base_calls -> airflow.objects
interpreter.base_calls -> airflow.operator_classes
interpreter.calls -> airflow.calls
interpreter.calls -> airflow.checks.assets
interpreter.calls -> airflow.objects
interpreter.calls -> airflow.operator_classes
interpreter.calls -> airflow.operators
interpreter.calls -> libraries.cached_functions
interpreter.calls -> libraries.model_classes
interpreter.calls -> libraries.python_calls
interpreter.container_methods -> libraries.counter_calls
interpreter.contexts -> airflow.databricks_workflow
interpreter.contexts -> airflow.objects
interpreter.contexts -> airflow.setup_teardown
interpreter.definitions -> airflow.objects
interpreter.derived -> airflow.dags
interpreter.derived -> airflow.groups
interpreter.derived -> airflow.objects
interpreter.derived -> airflow.roles
interpreter.equality -> airflow.objects
interpreter.expressions -> airflow.objects
interpreter.expressions -> libraries.pendulum_values
interpreter.interpreter -> airflow.objects
interpreter.interpreter -> airflow.operators
interpreter.iteration -> airflow.objects
interpreter.operations -> airflow.checks.assets
interpreter.operations -> airflow.objects
interpreter.operations -> airflow.relations
interpreter.operations -> libraries.counter_calls
interpreter.operations -> libraries.pendulum_values
interpreter.stand_ins -> airflow.objects
interpreter.subscripts -> airflow.attributes
interpreter.subscripts -> airflow.checks.assets
interpreter.subscripts -> airflow.objects
interpreter.subscripts -> libraries.counter_calls
interpreter.text -> airflow.objects
interpreter.type_tests -> airflow.objects
interpreter.type_tests -> libraries.dispatch
interpreter.world -> airflow.objects
interpreter.world -> airflow.operators
interpreter.world -> airflow.roles
interpreter.world -> libraries.standard_names
interpreter.world -> libraries.surroundings
libraries.builtins.containers -> airflow.objects
libraries.builtins.objects -> airflow.objects
libraries.python_calls -> airflow.enum_texts
libraries.standard_library -> airflow.objects
"""
"""Arrows that still point up, known by name. The list may only grow shorter."""


def modules() -> dict[str, Path]:
    """Module -> file of everything in the judge."""
    found = {}
    for path in sorted(JUDGE.rglob("*.py")):
        parts = path.relative_to(JUDGE).with_suffix("").parts
        found[".".join([PACKAGE, *(parts[:-1] if parts[-1] == "__init__" else parts)])] = path
    return found


def storey_of(path: Path) -> str:
    place = path.relative_to(JUDGE).parent.as_posix()
    places = [place, *(parent.as_posix() for parent in Path(place).parents)]
    return next((name for name in places if name in BELOW and name), "")


def arrows(known: dict[str, Path]) -> list[tuple[str, str]]:
    """(module, module it imports), those inside functions and those for types alike."""
    found = set()
    for module, path in known.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(PACKAGE):
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    found.add((module, full if full in known else node.module))
    return sorted(found)


def test_every_arrow_points_down() -> None:
    known = modules()
    up = []
    for source, target in arrows(known):
        here, there = storey_of(known[source]), storey_of(known[target])
        if here != there and there not in BELOW[here]:
            up.append(f"{source.removeprefix(f'{PACKAGE}.')} -> {target.removeprefix(f'{PACKAGE}.')}")
    told = UPWARD.split("\n")[1:-1]
    assert sorted(set(up) - set(told)) == [], "new arrows that point up"
    assert sorted(set(told) - set(up)) == [], "arrows that are gone: take them from the list"


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
