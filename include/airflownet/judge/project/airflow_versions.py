"""Airflow versions in other files: Composer's image, MWAA's setting, ``.python-version``."""

from __future__ import annotations

import re
from typing import Final

from airflownet.judge.project.declared import Declared, Pin

RANK: Final = 15
_BRANCH = re.compile(r"\bv(\d)-(\d+)-(?:test|stable)\b")
_HEAD: Final = 5_000
_COMPOSER = re.compile(r"composer-[\w.]{1,20}-airflow-(\d+\.\d+(?:\.\d+)?)")
_MWAA = re.compile(r"(?i)\bairflow_?version\b[\"'\s:=]{1,8}v?(\d+\.\d+(?:\.\d+)?)")


def read_versions(text: str, shown: str, into: Declared) -> None:
    """Notes the first version of Airflow that the text names as Composer's or MWAA's."""
    for pattern in (_COMPOSER, _MWAA):
        if (match := pattern.search(text)) is not None:
            line = text.count("\n", 0, match.start()) + 1
            rank = RANK + 30 if shown.lower().endswith(".md") else RANK  # what is written about it may be old
            into.airflow.append(Pin(match[1], f"{shown}, line {line}", rank))


def read_constraints(text: str, shown: str, into: Declared) -> None:
    """Notes the branch of Airflow that a copy of its constraints names in its first lines."""
    if (match := _BRANCH.search(text[:_HEAD])) is not None:
        into.airflow.append(Pin(f"{match[1]}.{match[2]}", shown, RANK + 25))


def read_python_version(text: str, shown: str, into: Declared) -> None:
    """Notes the Python of ``.python-version``."""
    if (match := re.match(r"\s*(3\.\d+)", text)) is not None:
        into.python.append(Pin(match[1], shown, RANK + 20))
