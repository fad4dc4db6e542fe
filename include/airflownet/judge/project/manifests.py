"""Which files of a project say what it needs, and who reads them.

Looked at are the folders from the DAG files up to the project's, nearest first, and folders below these that
are named after Airflow, its image or its settings. A task's own image elsewhere in the repository is not
read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from airflownet.judge.project.airflow_settings_file import read_airflow_settings
from airflownet.judge.project.airflow_versions import (
    read_constraints,
    read_python_version,
    read_versions,
)
from airflownet.judge.project.compose_files import read_compose
from airflownet.judge.project.declared import Declared
from airflownet.judge.project.dockerfiles import is_of_airflow, read_dockerfile
from airflownet.judge.project.environment_files import read_environment_file
from airflownet.judge.project.folder import ProjectFolder
from airflownet.judge.project.lock_files import read_lock, read_pipfile_lock
from airflownet.judge.project.project_tables import read_pipfile, read_pyproject, read_setup_cfg, read_toml
from airflownet.judge.project.requirements_files import read_requirements
from airflownet.judge.project.variable_files import read_connections, read_settings, read_variables

_SIDE_FOLDER = re.compile(
    r"(?i)(?:.*airflow.*|\.?docker.*|.*composer.*|.*mwaa.*|astro.*|requirements?.*|configs?|conf|deploy.*|build.*|"
    r"images?|infra.*|terraform.*|iac|resources|variables|settings|envs?|environments?|\.github|workflows|"
    r"\.devcontainer|k8s.*|helm.*|charts|scripts|services?)"
)
_REQUIREMENTS = re.compile(r"(?i).*requirements.*\.(?:txt|in)")
_IN_REQUIREMENTS = re.compile(r"(?i).*\.(?:txt|in)")
_DOCKERFILE = re.compile(r"(?i)(?:.+\.)?(?:docker|container)file(?:[.-].*)?")
_COMPOSE = re.compile(r"(?i).*compose.*\.ya?ml")
_ENVIRONMENT = re.compile(r"(?i)\.env(?:[._-].+)?|\.envrc|[\w.-]+\.env")
_VARIABLES = re.compile(r"(?i).*variables?.*\.json|vars?\.json")
_CONNECTIONS = re.compile(r"(?i).*connections?.*\.(?:json|ya?ml)")
_VERSIONS = re.compile(r"(?i).*\.(?:tf|tfvars|ya?ml|toml|cfg|sh|md)|makefile")
_MOST_SIDE_FOLDERS: Final = 60
_MOST_FILES: Final = 400
_MOST_VERSION_BYTES: Final = 100_000
_MOST_VERSION_FILES: Final = 80


def read_manifests(folder: ProjectFolder, chain: Sequence[str], into: Declared) -> dict[str, Any]:
    """Reads what declares something.

    Args:
        folder: the project's files.
        chain: folders from the DAG files' up to the project's.
        into: what is found.

    Returns:
        The tables of the nearest ``pyproject.toml`` that has ``[tool.airflownet]``, else nothing.
    """
    seen: set[str] = set()
    own: dict[str, Any] = {}
    n_versions = 0
    files = [path for here in _places(folder, chain) for path in _files(folder, here)][:_MOST_FILES]
    for path in sorted(files, key=_is_production, reverse=True):
        name, shown = posixpath.basename(path), posixpath.relpath(path, folder.root)
        if _DOCKERFILE.fullmatch(name):
            read_dockerfile(folder, path, shown, into, seen=seen)
    for path in files:
        name, shown = posixpath.basename(path), posixpath.relpath(path, folder.root)
        is_requirements = _REQUIREMENTS.fullmatch(name) or (
            _IN_REQUIREMENTS.fullmatch(name) and "requirements" in posixpath.dirname(shown).lower()
        )
        if is_requirements:
            if "constraint" in name.lower():
                read_constraints(_text(folder, path), shown, into)
            else:
                read_requirements(folder, path, shown, into, seen=seen)
        elif name == "pyproject.toml":
            tables = read_toml(folder.read(path) or b"")
            read_pyproject(tables, shown, into)
            if not own and isinstance(tables.get("tool"), dict) and "airflownet" in tables["tool"]:
                own = {"shown": shown, "tables": tables}
        elif name == "Pipfile":
            read_pipfile(read_toml(folder.read(path) or b""), shown, into)
        elif name == "Pipfile.lock":
            read_pipfile_lock(_text(folder, path), shown, into)
        elif name in ("uv.lock", "poetry.lock", "pdm.lock"):
            read_lock(_text(folder, path), shown, posixpath.dirname(path), into)
        elif name == "setup.cfg":
            read_setup_cfg(_text(folder, path), shown, into)
        elif name == "airflow.cfg":
            read_airflow_settings(_text(folder, path), into)
        elif name == ".python-version":
            read_python_version(_text(folder, path), shown, into)
    for path in sorted(files, key=_is_production, reverse=True):
        name, shown = posixpath.basename(path), posixpath.relpath(path, folder.root)
        if name == "airflow_settings.yaml":
            read_settings(_text(folder, path), shown, into)
        elif _COMPOSE.fullmatch(name):
            read_compose(_text(folder, path), shown, posixpath.dirname(path), into)
        elif _ENVIRONMENT.fullmatch(name):
            read_environment_file(_text(folder, path), shown, posixpath.dirname(path), into)
        elif _VARIABLES.fullmatch(name):
            read_variables(_text(folder, path), into)
        elif _CONNECTIONS.fullmatch(name):
            read_connections(_text(folder, path), shown, into)
        if name != "airflow.cfg" and _VERSIONS.fullmatch(name) and n_versions < _MOST_VERSION_FILES:
            n_versions += 1
            read_versions(_text(folder, path)[:_MOST_VERSION_BYTES], shown, into)
    return own


def _is_production(path: str) -> bool:
    """Where values differ from one deployment to the other, production's are taken."""
    return "prod" in posixpath.basename(path).lower()


def _text(folder: ProjectFolder, path: str) -> str:
    return (folder.read(path) or b"").decode("utf-8", "replace")


def _places(folder: ProjectFolder, chain: Sequence[str]) -> Iterator[str]:
    """Yields the folders to look into: the chain, and below it what is named after Airflow or settings."""
    yield from chain
    n_places = 0
    known = set(chain)
    for here in chain:
        pending = [(here, 0)]
        while pending:
            place, depth = pending.pop(0)
            for name in folder.names(place):
                path = f"{place}/{name}"
                if path in known or not _SIDE_FOLDER.fullmatch(name) or folder.kind(path) != "folder":
                    continue
                known.add(path)
                if _is_other_image(folder, path):
                    continue
                n_places += 1
                if n_places > _MOST_SIDE_FOLDERS:
                    return
                yield path
                if depth < 1:
                    pending.append((path, depth + 1))


def _is_other_image(folder: ProjectFolder, place: str) -> bool:
    """Whether the folder is that of an image which is not Airflow's: a task's own, with its own packages."""
    names = [name for name in folder.names(place) if _DOCKERFILE.fullmatch(name)]
    return bool(names) and not any(is_of_airflow(_text(folder, f"{place}/{name}").lower()) for name in names)


def _files(folder: ProjectFolder, place: str) -> Iterator[str]:
    for name in folder.names(place):
        path = f"{place}/{name}"
        if name != ".airflowignore" and folder.kind(path) == "file":
            yield path
