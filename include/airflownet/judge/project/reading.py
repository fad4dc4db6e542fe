"""Reads a project: its manifests, settings and search path become one ``Project``."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from pathlib import Path

from airflownet.judge.project.airflow_settings_file import IGNORE_SYNTAX
from airflownet.judge.project.configuration import Configuration, read_configuration
from airflownet.judge.project.declared import Declared, Pin, normal_name
from airflownet.judge.project.environment_files import take_from_environment
from airflownet.judge.project.folder import DiskFolder, ProjectFolder, is_below
from airflownet.judge.project.import_names import modules_of_all
from airflownet.judge.project.manifests import read_manifests
from airflownet.judge.project.project import SAID_INSTALLED, Project
from airflownet.judge.project.search_path import search_path


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
        declared.environment.get(IGNORE_SYNTAX, declared.ignore_syntax),
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
