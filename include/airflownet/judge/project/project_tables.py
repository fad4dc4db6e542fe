"""Packages in TOML and INI: ``pyproject.toml``, ``Pipfile`` and ``setup.cfg``.

Sources: PEP 621 (``[project]``), PEP 735 (``[dependency-groups]``), Poetry's, PDM's and uv's tables.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterable
from typing import Any, Final

from airflownet.judge.project.declared import Declared, Pin, normal_name
from airflownet.judge.project.requirements_files import note_extras, note_requirement

_RANK: Final = 30
_MOST_LINES: Final = 5_000
"""Of ``setup.cfg``: the parser's message for lines that are none grows with the square of their number."""
_NUMBER = re.compile(r"\d+\.\d+(?:\.\d+)?")
_PYTHON = re.compile(r"(?:==|~=|\^|=)?\s*(3\.\d+)(?:\.\d+|\.\*)?(?:,?\s*<.*)?")


def read_toml(data: bytes) -> dict[str, Any]:
    """Returns the tables, empty for what is no TOML."""
    try:
        return tomllib.loads(data.decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return {}


def read_pyproject(tables: dict[str, Any], shown: str, into: Declared) -> None:
    """Notes the packages of every group and extra; which of them the image installs is not told here."""
    project = _table(tables, "project")
    _requirements(project.get("dependencies"), f"{shown}, [project]", into)
    for name, group in _table(project, "optional-dependencies").items():
        _requirements(group, f"{shown}, extra {name}", into)
    for name, group in _table(tables, "dependency-groups").items():
        _requirements(group, f"{shown}, group {name}", into)
    tool = _table(tables, "tool")
    poetry = _table(tool, "poetry")
    _named(_table(poetry, "dependencies"), f"{shown}, [tool.poetry]", into)
    _named(_table(poetry, "dev-dependencies"), f"{shown}, [tool.poetry]", into)
    for name, group in _table(poetry, "group").items():
        if isinstance(group, dict):
            _named(_table(group, "dependencies"), f"{shown}, group {name}", into)
    _requirements(_table(tool, "uv").get("dev-dependencies"), f"{shown}, [tool.uv]", into)
    for group in _table(_table(tool, "pdm"), "dev-dependencies").values():
        _requirements(group, f"{shown}, [tool.pdm]", into)
    _python(project.get("requires-python"), f"{shown}, requires-python", into)


def read_pipfile(tables: dict[str, Any], shown: str, into: Declared) -> None:
    """Notes what a ``Pipfile`` or ``Pipfile.lock`` (JSON of the same shape) declares."""
    for name in ("packages", "default", "dev-packages", "develop"):
        _named(_table(tables, name), f"{shown}, [{name}]", into)
    requires = _table(tables, "requires")
    _python(
        requires.get("python_version") or requires.get("python_full_version"), f"{shown}, [requires]", into
    )


def read_setup_cfg(text: str, shown: str, into: Declared) -> None:
    """Notes ``install_requires`` and the extras of ``setup.cfg``."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string("\n".join(text.splitlines()[:_MOST_LINES]))
    except (configparser.Error, ValueError):
        return
    if parser.has_option("options", "install_requires"):
        _requirements(
            parser.get("options", "install_requires").splitlines(), f"{shown}, install_requires", into
        )
    if parser.has_section("options.extras_require"):
        for name, lines in parser.items("options.extras_require"):
            _requirements(lines.splitlines(), f"{shown}, extra {name}", into)


def _table(tables: dict[str, Any], name: str) -> dict[str, Any]:
    found = tables.get(name)
    return found if isinstance(found, dict) else {}


def _requirements(lines: object, place: str, into: Declared) -> None:
    for line in lines if isinstance(lines, Iterable) and not isinstance(lines, (str, dict)) else ():
        if isinstance(line, str) and line.strip() and not line.strip().startswith("#"):
            note_requirement(line.strip(), place, into, _RANK)


def _named(packages: dict[str, Any], place: str, into: Declared) -> None:
    """Poetry and Pipenv: name -> version, or a table with one."""
    for name, value in packages.items():
        version = value.get("version", "") if isinstance(value, dict) else value
        if name.lower() == "python":
            _python(version, place, into)
            continue
        into.package(name, place)
        if normal_name(name) in ("apache-airflow", "apache-airflow-core") and isinstance(version, str):
            extras = value.get("extras") if isinstance(value, dict) else None
            note_extras(map(str, extras if isinstance(extras, list) else ()), place, into)
            match = _NUMBER.search(version)
            if match is not None and "<" not in version[: match.start()]:
                into.airflow.append(Pin(match[0], place, _RANK))


def _python(version: object, place: str, into: Declared) -> None:
    """``3.11`` and ``==3.11.*`` name one Python; ``>=3.10`` names none."""
    if isinstance(version, str) and (match := _PYTHON.fullmatch(version.strip())) is not None:
        into.python.append(Pin(match[1], place, _RANK))
