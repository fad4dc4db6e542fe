"""Task decorators that a project's own provider brings: ``@task.gpu`` from ``get_provider_info``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_MOST_FILES = 200
_MOST_BYTES = 200_000


@cache
def project_decorators(roots: tuple[Path, ...]) -> frozenset[str]:
    """Returns the names that ``task-decorators`` entries below the roots give, read from the text alone."""
    return frozenset(name for root in roots for file in _candidates(root) for name in _names(file))


def _candidates(root: Path) -> Iterator[Path]:
    folders = [root, *sorted(path for path in root.iterdir() if path.is_dir())] if root.is_dir() else []
    for folder in folders[:_MOST_FILES]:
        for name in ("get_provider_info.py", "__init__.py"):
            if (folder / name).is_file():
                yield folder / name


def _names(file: Path) -> Iterator[str]:
    try:
        text = file.read_bytes()[:_MOST_BYTES].decode("utf-8", "replace")
        if "task-decorators" not in text:
            return
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
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
