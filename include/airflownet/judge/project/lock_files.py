"""Lock files, which name all that is installed: of uv, Poetry, PDM and Pipenv."""

from __future__ import annotations

import json
import re
from typing import Final

from airflownet.judge.project.declared import Declared, Pin
from airflownet.judge.project.project_tables import read_pipfile

RANK: Final = 20
_PACKAGE = re.compile(
    r"^\[\[package\]\][^\[]*?^name\s*=\s*\"([^\"\n]+)\"[^\[]*?^version\s*=\s*\"([^\"\n]+)\""
    r"(?:\nsource\s*=\s*\{\s*(editable|virtual|directory|path)\s*=\s*\"([^\"\n]+)\")?",
    re.MULTILINE,
)


def read_lock(text: str, shown: str, here: str, into: Declared) -> None:
    """Notes the packages of a TOML lock file; read by its lines, which is many times faster than as TOML.

    A package that is a folder of the repository is installed in place: its modules are the project's own.

    Args:
        text: of the file.
        shown: the file as messages name it.
        here: the folder that it lies in.
        into: what is found.
    """
    for match in _PACKAGE.finditer(text):
        name, version = match[1], match[2]
        if match[3]:
            if match[3] != "virtual":  # which is not installed at all
                into.python_path += [(match[4], here), (f"{match[4]}/src", here)]
            continue
        into.package(name, shown, f"{name}=={version}", is_locked=True)
        if name in ("apache-airflow", "apache-airflow-core"):
            into.airflow.append(Pin(version, shown, RANK))


def read_pipfile_lock(text: str, shown: str, into: Declared) -> None:
    """Notes the packages of a ``Pipfile.lock``."""
    try:
        tables = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(tables, dict):
        read_pipfile(tables, shown, into)
