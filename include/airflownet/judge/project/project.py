"""A project as the loader sees it: what is installed, defined and on the path, and where that is said.

The record alone: its readers (``reading.py``) are what a program that judges code of no project never loads.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from airflownet.judge.project.configuration import Configuration
from airflownet.judge.project.declared import Pin
from airflownet.judge.project.folder import DiskFolder, ProjectFolder, is_below

_API_VERSION = re.compile(r"_v\d[a-z0-9]*(?:\..*)?$")
"""``google.cloud.tpu_v2alpha1`` comes with ``google.cloud.tpu``."""

SAID_INSTALLED: Final = "said to be installed"
"""Where a package comes from that only the user names."""


@dataclass(frozen=True, slots=True)
class Project:
    """What a project says; made by ``reading.read_project``. Can be sent to another process."""

    folder: ProjectFolder
    roots: tuple[str, ...]
    """Folders on Airflow's ``sys.path``, absolute, in order."""
    assumed_roots: frozenset[str] = frozenset()
    """Those of them that nothing says are on it."""
    modules: Mapping[str, str] = field(default_factory=dict)
    """Module of a declared package -> ``furl, requirements.txt, line 3``."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Normalised name of a declared distribution -> where."""
    requirements: Mapping[str, str] = field(default_factory=dict)
    """Normalised name of a declared distribution -> what pip would be given."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    connections: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    assume: frozenset[str] = frozenset()
    """``variables``, ``connections``, ``environment``: taken as there, with unknown contents."""
    airflow: Pin | None = None
    python: Pin | None = None
    is_whole_image: bool = False
    ignore_syntax: str = ""
    """The language of ``.airflowignore``, ``glob`` or ``regexp``; empty where nothing sets it."""
    configuration: Configuration = field(default_factory=Configuration)
    catalogue_file: str = ""
    """Catalogue of the environment that runs it; empty where the Airflow line's is taken."""
    is_read: bool = True
    """False where only the roots are known: a file alone, with folders to import from."""

    def package_of(self, module: str) -> str | None:
        """Returns which declared package brings a module, and where it is declared; None where none does."""
        path = _API_VERSION.sub("", module)
        start = path + "."
        while path:
            if path in self.modules:
                return self.modules[path]
            path = path.rpartition(".")[0]
        return next((why for name, why in self.modules.items() if name.startswith(start)), None)

    @property
    def python_numbers(self) -> tuple[int, ...]:
        """The Python that runs the project, ``(3, 12)``; empty where nothing says so."""
        parts = self.python.version.split(".")[:2] if self.python is not None else []
        return tuple(int(part) for part in parts if part.isdecimal())

    def shown(self, path: str) -> str:
        """Returns a path as messages name it: below the project."""
        return posixpath.relpath(path, self.folder.root) if is_below(path, self.folder.root) else path


def project_of_roots(roots: Sequence[str]) -> Project:
    """Returns a project of which nothing is known but the folders on Airflow's ``sys.path``."""
    return Project(DiskFolder(roots[0], tuple(roots[1:])), tuple(roots), is_read=False)
