"""Where a file lies that is changed: with the project around it, whose modules and packages it may use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflownet.judge.project.project import Project


@dataclass(frozen=True)
class Place:
    """One file's place; the empty one is nowhere, as what a model writes from a request."""

    path: str = ""
    project: Project | None = None


NOWHERE = Place()


def place_of(path: Path) -> Place:
    """Returns the file's place, with the project around it where there is one; reads, never runs.

    Raises:
        InputError: the project's ``[tool.airflownet]`` cannot be used.
    """
    from airflownet.judge.project.find import find_project
    from airflownet.judge.project.reading import read_project

    root = find_project([path])
    project = read_project(root, [path]) if root is not None else None
    return Place(str(path.resolve()), project)
