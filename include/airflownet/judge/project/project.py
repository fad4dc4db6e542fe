"""A project as the loader sees it: what is installed, defined and on the path, and where that is said."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from airflownet.judge.project.configuration import Configuration, read_configuration
from airflownet.judge.project.declared import Declared, Pin, normal_name
from airflownet.judge.project.environment_files import take_from_environment
from airflownet.judge.project.folder import DiskFolder, ProjectFolder, is_below
from airflownet.judge.project.import_names import modules_of_all
from airflownet.judge.project.manifests import read_manifests
from airflownet.judge.project.search_path import search_path

_API_VERSION = re.compile(r"_v\d[a-z0-9]*(?:\..*)?$")
"""``google.cloud.tpu_v2alpha1`` comes with ``google.cloud.tpu``."""


SAID_INSTALLED: Final = "said to be installed"
"""Where a package comes from that only the user names."""


@dataclass(frozen=True, slots=True)
class Project:
    """What a project says; made by ``read_project``. Can be sent to another process."""

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

    def shown(self, path: str) -> str:
        """Returns a path as messages name it: below the project."""
        return posixpath.relpath(path, self.folder.root) if is_below(path, self.folder.root) else path


def read_project(
    root: Path,
    paths: Sequence[Path] = (),
    *,
    roots: Sequence[Path] = (),
    installed: Sequence[str] = (),
    assume: Iterable[str] = (),
) -> Project:
    """Returns what the project on disk says of itself; reads, never runs, and nothing outside of it.

    Args:
        root: the project's folder.
        paths: DAG files and folders of them.
        roots: further folders on Airflow's ``sys.path``.
        installed: distributions or modules that are installed though no file declares them.
        assume: what is taken as there: ``variables``, ``connections``, ``environment``.

    Raises:
        InputError: the project's ``[tool.airflownet]`` cannot be used.
    """
    starts = [path.resolve() if path.is_dir() else path.resolve().parent for path in paths]
    outside = tuple(str(path) for path in (*starts, *(root.resolve() for root in roots)))
    folder = DiskFolder(str(root), outside)
    given = [path for path in outside if path]
    return project_of(folder, given, installed=installed, assume=assume)


def project_of_roots(roots: Sequence[str]) -> Project:
    """Returns a project of which nothing is known but the folders on Airflow's ``sys.path``."""
    return Project(DiskFolder(roots[0], tuple(roots[1:])), tuple(roots), is_read=False)


def project_of(
    folder: ProjectFolder,
    given: Sequence[str] = (),
    *,
    installed: Sequence[str] = (),
    assume: Iterable[str] = (),
) -> Project:
    """Returns what the files of a project say, wherever they are read from.

    Args:
        folder: the project's files.
        given: absolute folders that hold the DAG files, or that the user named as roots.
        installed: distributions or modules that are installed though no file declares them.
        assume: what is taken as there.
    """
    declared = Declared()
    chain = _chain(folder.root, given)
    own = read_manifests(folder, chain, declared)
    configuration = read_configuration(own["tables"], own["shown"]) if own else Configuration()
    for name in (*installed, *configuration.installed):
        declared.packages[normal_name(name)] = SAID_INSTALLED
    take_from_environment(declared)
    named = [posixpath.normpath(posixpath.join(folder.root, path)) for path in configuration.roots]
    found, assumed = search_path(folder, chain, [*named, *given], declared.python_path)
    modules = modules_of_all(declared.packages)
    for name in (*installed, *configuration.installed):
        modules.setdefault(name, f"{name}, {SAID_INSTALLED}")
    return Project(
        folder,
        found,
        assumed,
        modules,
        declared.packages,
        declared.requirements,
        declared.variables,
        declared.connections,
        declared.environment,
        frozenset((*assume, *configuration.assume)),
        _first(declared.airflow),
        _first(declared.python),
        declared.is_whole_image,
        configuration,
    )


def _chain(root: str, given: Sequence[str]) -> list[str]:
    """Returns the folders from those of the DAG files up to the project's, nearest first."""
    found: dict[str, None] = {}
    for path in given:
        while is_below(path, root):
            found[path] = None
            if path == root:
                break
            path = posixpath.dirname(path)
    found.pop(root, None)
    found[root] = None
    return sorted(found, key=lambda path: -path.count("/"))


def _first(pins: Sequence[Pin]) -> Pin | None:
    """Returns the pin that says most; of equal ones the nearest to the DAG files, which were read first."""
    return min(pins, key=lambda pin: pin.rank, default=None)
