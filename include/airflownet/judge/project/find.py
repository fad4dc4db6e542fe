"""Where the project is: the folder around the DAG files that says what it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_MARKS = re.compile(
    r"(?i).*requirements.*\.(?:txt|in)|pyproject\.toml|setup\.cfg|pipfile|(?:.*\.)?dockerfile.*|.*compose.*\.ya?ml|"
    r"airflow_settings\.yaml|uv\.lock|poetry\.lock|airflow\.cfg"
)
_MOST_UP: Final = 6
_MOST_ENTRIES: Final = 500


def find_project(paths: Sequence[Path]) -> Path | None:
    """Returns the project's folder: the repository's, else the outermost one that declares something.

    Looks upwards only, never past a home folder or the file system's top, and reads names alone. None where
    nothing around the paths looks like a project.
    """
    for path in paths:
        start = path.resolve()
        start = start if start.is_dir() else start.parent
        best = start.parent if start.name == "dags" and _may_be_project(start.parent) else None
        for folder in (start, *list(start.parents)[:_MOST_UP]):
            if not _may_be_project(folder):
                break
            names = _names(folder)
            if ".git" in names:
                return folder
            if any(_MARKS.fullmatch(name) for name in names):
                best = folder
        if best is not None:
            return best
    return None


def _may_be_project(folder: Path) -> bool:
    return folder != folder.parent and folder not in (Path.home(), Path("/tmp"), Path("/opt"), Path("/home"))  # noqa: S108


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path, _ in zip(folder.iterdir(), range(_MOST_ENTRIES), strict=False)]
    except OSError:
        return []
