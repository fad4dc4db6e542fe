"""``airflow.cfg``: Airflow's own settings, as far as they decide which files are DAG files."""

from __future__ import annotations

import configparser
from typing import Final

from airflownet.judge.project.declared import Declared

IGNORE_SYNTAX: Final = "AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX"
"""The same setting as an environment variable, which wins."""


def read_airflow_settings(text: str, into: Declared) -> None:
    """Notes the language of ``.airflowignore``; a file that cannot be parsed says nothing."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
        said = parser.get("core", "dag_ignore_file_syntax", fallback="")
    except configparser.Error:
        return
    into.ignore_syntax = into.ignore_syntax or (said or "").strip().lower()
