"""Task decorators that a project's own provider brings: ``@task.gpu`` from ``get_provider_info``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from airflownet.judge.project.folder import ProjectFolder
from airflownet.judge.project.project import Project

_MOST_FILES = 200
_MOST_BYTES = 200_000


def project_decorators(project: Project) -> frozenset[str]:
    """Returns the names that ``task-decorators`` entries below the roots give, read from the text alone."""
    known = _known.setdefault(project.folder, {})
    if project.roots not in known:
        folder = project.folder
        texts = (folder.read(path) for root in project.roots for path in _candidates(folder, root))
        known[project.roots] = frozenset(name for text in texts if text is not None for name in _names(text))
    return known[project.roots]


_known: WeakKeyDictionary[ProjectFolder, dict[tuple[str, ...], frozenset[str]]] = WeakKeyDictionary()


def _candidates(folder: ProjectFolder, root: str) -> Iterator[str]:
    below = (f"{root}/{name}" for name in folder.names(root))
    folders = [root, *(path for path in below if folder.kind(path) == "folder")]
    for place in folders[:_MOST_FILES]:
        for name in ("get_provider_info.py", "__init__.py"):
            if folder.kind(f"{place}/{name}") == "file":
                yield f"{place}/{name}"


def _names(data: bytes) -> Iterator[str]:
    try:
        text = data[:_MOST_BYTES].decode("utf-8", "replace")
        if "task-decorators" not in text:
            return
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "task-decorators":
                    yield from _entry_names(value)


def _entry_names(node: ast.expr) -> Iterator[str]:
    for entry in ast.walk(node):
        if isinstance(entry, ast.Dict):
            for key, value in zip(entry.keys, entry.values, strict=True):
                is_name = isinstance(key, ast.Constant) and key.value == "name"
                if is_name and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value
