"""What a request shows of the project that a DAG file needs: its local modules, and the files it opens."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from airflownet.dataset.kinds.requests import block
from airflownet.dataset.settings import DatasetSettings
from airflownet.records import DagFile, ProjectFile
from airflownet.tables import read_table

Quotable = Mapping[tuple[str, str, str], str]
"""(repository, ref, path) -> text, of files whose licence lets them stand in a request."""
_INTRODUCTION: Final = "The project has these files already; use what they hold."
_LANGUAGES: Final = {"py": "python", "yaml": "yaml", "yml": "yaml", "json": "json", "sql": "sql"}


def quotable_texts(table: Path, files: Collection[DagFile], settings: DatasetSettings) -> Quotable:
    """Returns the texts that the files need and that may be shown; none where the settings ask for none."""
    if settings.project_files == "leave-out" or not table.exists():
        return {}
    wanted = {(f.repo, f.ref, path) for f in files if f.project is not None for path in f.project.uses}
    keys = ((row, (row.repo, row.ref, row.path)) for row in read_table(table, ProjectFile))
    return {key: row.content for row, key in keys if row.may_be_quoted and key in wanted}


def why_not_shown(file: DagFile, texts: Quotable, settings: DatasetSettings) -> str | None:
    """Returns why a file that needs its project gives no row; None for one that can be asked for.

    The reasons are ``not-self-contained``, ``project-not-quotable`` (a text is of another licence, is no
    text, or was not kept) and ``project-too-long``.
    """
    if file.self_contained:
        return None
    if settings.project_files == "leave-out":
        return "not-self-contained"
    paths = _paths(file)
    if not paths or any((file.repo, file.ref, path) not in texts for path in paths):
        return "project-not-quotable"
    n_chars = sum(len(texts[file.repo, file.ref, path]) for path in paths)
    return "project-too-long" if n_chars > settings.max_project_chars else None


def shown_project(file: DagFile, texts: Quotable) -> str:
    """Returns what stands in the request between what is asked for and the target; empty for most files."""
    if file.self_contained:
        return ""
    shown = [(path, texts[file.repo, file.ref, path]) for path in _paths(file)]
    blocks = [
        f"`{path}`:\n{block(text, _LANGUAGES.get(path.rpartition('.')[2], ''))}"
        for path, text in shown
        if text.strip()
    ]
    return "\n\n".join([_INTRODUCTION, *blocks]) if blocks else ""


def _paths(file: DagFile) -> list[str]:
    """Returns the files whose text a request needs: modules the file itself imports, and all but modules.

    What those modules import in turn is their own affair; a folder that is listed is told by what is read in
    it. Where no module can be told from the import statements, all are needed.
    """
    uses = [path for path in file.project.uses if not path.endswith("/")] if file.project else []
    named = _imported_paths(file.content)
    modules = {path for path in uses if path.endswith(".py")}
    direct = {path for path in modules if any(f"/{path}".endswith(f"/{name}") for name in named)}
    return [path for path in uses if path not in modules or path in (direct or modules)]


def _imported_paths(code: str) -> set[str]:
    """Returns the ends that paths of the modules which a file imports may have."""
    names: set[str] = set()
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return names
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names.add(module)
            names.update(f"{module}.{alias.name}".strip(".") for alias in node.names)
    bases = {name.replace(".", "/") for name in names if name}
    return {f"{base}{end}" for base in bases for end in (".py", "/__init__.py")}
