"""``.env`` and its like: ``NAME=value`` lines, and what of them is a Variable or a connection of Airflow."""

from __future__ import annotations

import re
from typing import Final

from airflownet.judge.project.declared import Declared

_MOST_LINES: Final = 5_000
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
VARIABLE_PREFIX: Final = "AIRFLOW_VAR_"
CONNECTION_PREFIX: Final = "AIRFLOW_CONN_"


def read_environment_file(text: str, shown: str, here: str, into: Declared) -> None:
    """Notes the variables of an environment file; ``AIRFLOW_CONN_`` with the place."""
    for number, raw in enumerate(text.splitlines()[:_MOST_LINES], 1):
        if (match := _LINE.fullmatch(raw.strip()[:20_000])) is None:
            continue
        name, value = match[1], _unquoted(match[2])
        if name == "PYTHONPATH":
            into.python_path += [(part, here) for part in value.split(":") if part]
            continue
        if name.startswith(CONNECTION_PREFIX):
            into.connections.setdefault(
                name.removeprefix(CONNECTION_PREFIX).lower(), f"{shown}, line {number}"
            )
        into.environment.setdefault(name, value)


def _unquoted(value: str) -> str:
    value = value.strip()
    if value[:1] in "\"'" and value[:1]:
        return value[1:].partition(value[0])[0]
    return re.sub(r"\s+#.*$", "", value)


def take_from_environment(into: Declared) -> None:
    """Airflow looks for a Variable ``x`` and a connection ``x`` in ``AIRFLOW_VAR_X`` and ``AIRFLOW_CONN_X``.

    Values that are only filled in where Airflow runs (``$NAME``, ``<...>``, nothing) are left out.
    """
    for name, value in into.environment.items():
        if name.startswith(VARIABLE_PREFIX):
            into.variables.setdefault(name.removeprefix(VARIABLE_PREFIX).lower(), value)
        elif name.startswith(CONNECTION_PREFIX):
            into.connections.setdefault(name.removeprefix(CONNECTION_PREFIX).lower(), name)
