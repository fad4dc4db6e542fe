"""``airflow.cfg``: Airflow's own settings, as far as they decide which files are DAG files."""

from __future__ import annotations

import re
from typing import Final

from airflownet.judge.project.declared import Declared

IGNORE_SYNTAX: Final = "AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX"
"""The same setting as an environment variable, which wins."""
_MOST_LINES: Final = 20_000
_OPTION = re.compile(r"(?i)dag_ignore_file_syntax\s*[=:]\s*(\w+)")


def read_airflow_settings(text: str, into: Declared) -> None:
    """Notes the language of ``.airflowignore``.

    Read by its lines, as a parser of INI files takes seconds for one that was made to be slow.
    """
    is_core = False
    for line in text.splitlines()[:_MOST_LINES]:
        if line.startswith("["):
            is_core = line.strip().lower() == "[core]"
        elif is_core and (found := _OPTION.match(line)) is not None:
            into.ignore_syntax = into.ignore_syntax or found[1].lower()
            return
