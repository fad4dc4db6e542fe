"""Variables and connections in files: ``*variables*.json``, ``*connections*``, ``airflow_settings.yaml``.

Formats: ``airflow variables export`` (JSON: name -> value), ``airflow connections export`` (JSON or YAML:
name -> fields), and the local settings of an Astro project.
"""

from __future__ import annotations

import json
from typing import Any

from airflownet.judge.project.bounded_yaml import read_yaml
from airflownet.judge.project.declared import Declared


def read_variables(text: str, into: Declared) -> None:
    """Notes the Variables of a JSON file; a value that is no text is one of JSON, as Airflow imports it."""
    for name, value in _json_object(text).items():
        into.variables.setdefault(name, value)


def read_connections(text: str, shown: str, into: Declared) -> None:
    """Notes the names of the connections of a JSON or YAML file; what is in them is not looked at."""
    rows = _json_object(text) or read_yaml(text)
    for name in rows if isinstance(rows, dict) else ():
        if isinstance(name, str):
            into.connections.setdefault(name, shown)


def read_settings(text: str, shown: str, into: Declared) -> None:
    """Notes the Variables and connections of ``airflow_settings.yaml``."""
    tables = read_yaml(text)
    airflow = tables.get("airflow") if isinstance(tables, dict) else None
    if not isinstance(airflow, dict):
        return
    for row in _rows(airflow.get("variables")):
        name = row.get("variable_name")
        if isinstance(name, str) and name:
            value = row.get("variable_value")
            into.variables.setdefault(name, "" if value is None else value)
    for row in _rows(airflow.get("connections")):
        name = row.get("conn_id")
        if isinstance(name, str) and name:
            into.connections.setdefault(name, shown)


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _json_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
