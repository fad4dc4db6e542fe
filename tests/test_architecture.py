"""The direction of imports: dags -> plugins -> include, stages apart, no Airflow in include."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "include" / "airflownet"
STAGES = {"mining", "instructions", "magpie", "dataset", "training", "inference", "evaluation", "improvement"}
SERVICES = {
    "asked_for", "families", "generation", "judge", "llama", "llm_judge", "message_batches", "people",
    "plans", "toolchain", "wording",
}  # fmt: skip
HEAVY = {
    "torch",
    "transformers",
    "trl",
    "peft",
    "bitsandbytes",
    "anthropic",
    "github",
    "datasets",
    "matplotlib",
    "sklearn",
    "lingua",
}
COMPOSITION = {"recipe.py", "pipeline"}  # what knows every stage: their settings, their order


def imports(path: Path, *, top_level_only: bool = False) -> frozenset[str]:
    """The full names a file imports."""
    return _imports(path)[top_level_only]


@cache
def _imports(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Everything a file imports, and that at its top level: read once, the tree itself is not kept."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return _names(ast.walk(tree)), _names(tree.body)


def _names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


@cache
def python_files(*folders: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for folder in folders for path in folder.rglob("*.py")))


def tops(names: frozenset[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def reaches(path: Path, packages: set[str]) -> set[str]:
    """What a file imports of the library's packages named."""
    return {
        name
        for name in imports(path)
        if name.split(".")[:1] == ["airflownet"] and {*name.split(".")[1:2]} & packages
    }


def told(found: dict[Path, set[str]]) -> list[str]:
    """One line per file with arrows that should not be."""
    return [f"{path.relative_to(ROOT)}: {', '.join(sorted(names))}" for path, names in found.items() if names]


def test_library_never_imports_airflow_plugins_or_dags() -> None:
    outside = {"airflow", "airflownet_provider", "airflownet_stages", "plugins", "dags"}
    assert not told({path: tops(imports(path)) & outside for path in python_files(LIBRARY)})


def test_stages_never_import_each_other() -> None:
    arrows = {}
    for path in python_files(LIBRARY):
        place = path.relative_to(LIBRARY).parts[0]
        if place != "cli" and place not in COMPOSITION:
            arrows[path] = reaches(path, STAGES - {place})
    assert not told(arrows)


def test_services_never_import_stages_or_the_command_line() -> None:
    arrows = {}
    for path in python_files(LIBRARY):
        place = path.relative_to(LIBRARY).parts[0]
        if place != "cli":
            arrows[path] = reaches(path, {"cli"} | (STAGES if place in SERVICES else set()))
    assert not told(arrows)


def test_plugins_never_import_dags() -> None:
    assert not told(
        {path: tops(imports(path)) & {"airflownet_stages", "dags"} for path in python_files(ROOT / "plugins")}
    )


def test_heavy_modules_are_imported_inside_functions() -> None:
    files = python_files(LIBRARY, ROOT / "plugins", ROOT / "dags")
    assert not told({path: tops(imports(path, top_level_only=True)) & HEAVY for path in files})


def test_stems_under_plugins_are_unique_and_shadow_nothing() -> None:
    stems = [path.stem for path in python_files(ROOT / "plugins") if path.stem != "__init__"]
    assert len(stems) == len(set(stems))
    assert not set(stems) & (set(sys.stdlib_module_names) | HEAVY | {"airflow", "airflownet"})


def test_a_dag_file_is_named_after_its_dag() -> None:
    files = sorted((ROOT / "dags").glob("*.py"))
    assert files
    assert not [
        path.name for path in files if f'dag_id="{path.stem}"' not in path.read_text(encoding="utf-8")
    ]


def test_no_file_has_a_name_without_an_idea() -> None:
    folders = [ROOT / name for name in ("include", "plugins", "dags", "tests", "benchmarks")]
    vague = {"utils", "helpers", "common", "misc", "manager"}
    assert not [str(path.relative_to(ROOT)) for path in python_files(*folders) if path.stem in vague]
