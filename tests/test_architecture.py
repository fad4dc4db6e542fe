"""The direction of imports: dags -> plugins -> include, stages apart, no Airflow in include."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "include" / "airflownet"
STAGES = {"mining", "instructions", "magpie", "dataset", "training", "inference", "evaluation"}
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


def imports(path: Path, *, top_level_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def python_files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", python_files(LIBRARY), ids=relative)
def test_library_never_imports_airflow_plugins_or_dags(path: Path) -> None:
    tops = {name.split(".")[0] for name in imports(path)}
    assert not tops & {"airflow", "airflownet_provider", "stages", "plugins", "dags"}


@pytest.mark.parametrize("path", python_files(LIBRARY), ids=relative)
def test_stages_never_import_each_other(path: Path) -> None:
    place = path.relative_to(LIBRARY).parts
    if place[0] == "cli" or place[0] in COMPOSITION:
        return
    others = STAGES - {place[0]}
    arrows = {name for name in imports(path) for other in others if name.startswith(f"airflownet.{other}")}
    assert not arrows, f"{relative(path)} reaches into another stage: {sorted(arrows)}"


@pytest.mark.parametrize("path", python_files(LIBRARY), ids=relative)
def test_services_never_import_stages_or_the_command_line(path: Path) -> None:
    place = path.relative_to(LIBRARY).parts
    forbidden = {"cli"} if place[0] != "cli" else set()
    if place[0] in ("families", "judge", "llama", "llm_judge", "message_batches", "toolchain"):
        forbidden |= STAGES
    arrows = {n for n in imports(path) for f in forbidden if n.startswith(f"airflownet.{f}")}
    assert not arrows, f"{relative(path)}: {sorted(arrows)}"


@pytest.mark.parametrize("path", python_files(ROOT / "plugins"), ids=relative)
def test_plugins_never_import_dags(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & {"stages", "dags"}


@pytest.mark.parametrize("path", python_files(LIBRARY, ROOT / "plugins", ROOT / "dags"), ids=relative)
def test_heavy_modules_are_imported_inside_functions(path: Path) -> None:
    tops = {name.split(".")[0] for name in imports(path, top_level_only=True)}
    assert not tops & HEAVY


def test_stems_under_plugins_are_unique_and_shadow_nothing() -> None:
    import sys

    stems = [path.stem for path in python_files(ROOT / "plugins") if path.stem != "__init__"]
    assert len(stems) == len(set(stems))
    assert not set(stems) & (set(sys.stdlib_module_names) | HEAVY | {"airflow", "airflownet"})


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=relative)
def test_a_dag_file_is_named_after_its_dag(path: Path) -> None:
    assert f'dag_id="{path.stem}"' in path.read_text(encoding="utf-8")


def test_no_file_has_a_name_without_an_idea() -> None:
    tops = [ROOT / name for name in ("include", "plugins", "dags", "tests", "benchmarks")]
    vague = {"utils", "helpers", "common", "misc", "manager"}
    assert not [relative(path) for path in python_files(*tops) if path.stem in vague]
