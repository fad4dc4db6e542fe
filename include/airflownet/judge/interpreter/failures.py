"""What ends the import of a file, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class ModulePlace(NamedTuple):
    """A place in a module of the project that the file imports."""

    path: str
    shown: str
    """The path below its root, for example ``common/helpers.py``."""
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that ends the import of the file, or of one DAG in it."""

    kind: str
    """What rules look for: ``unknown-module``, ``undefined-name``, ``cycle`` ..."""
    exception: str
    """Exception class Airflow would show, for example ``ModuleNotFoundError``."""
    message: str
    subject: str = ""
    """The module, name, argument, task id ... it is about."""
    line: int = 0
    column: int = 0
    module: ModulePlace | None = None
    """Where it is, when not in the file itself: ``line`` is then the one of the file that leads there."""
