"""What ruff's AIR rules say of a file: removed, moved and deprecated for Airflow 3.

ruff is called as a program (``ruff check --select AIR``) when it is installed; where it is not, the
judge says the same of the imports it knows from the catalogue (AFN601). Codes 301 and 302 are about what
is gone in 3.0 and apply from 3.0 on; 311, 312 and 321 are about what is deprecated.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from airflownet.records import Severity, Verdict, Violation

_SEVERITIES: Final = {
    "AIR301": Severity.DEPRECATED,
    "AIR302": Severity.DEPRECATED,
    "AIR303": Severity.DEPRECATED,
    "AIR311": Severity.DEPRECATED,
    "AIR312": Severity.DEPRECATED,
    "AIR321": Severity.DEPRECATED,
}
_TIMEOUT_S: Final = 120
_MOST_FILES: Final = 500
"""Of one call: a command line has a largest length."""


@cache
def ruff_path() -> str | None:
    """Returns ruff's program, beside this Python or on PATH; None when there is none."""
    beside = Path(sys.executable).with_name("ruff")
    return str(beside) if beside.exists() else shutil.which("ruff")


@dataclass(frozen=True, slots=True)
class AirFinding:
    """What an AIR rule found, and whether ruff puts it right."""

    violation: Violation
    fix: str
    """``safe``, ``unsafe`` (done with ``--unsafe-fixes``), or empty where ruff has no fix."""


def air_violations_of(codes: Sequence[str | bytes]) -> list[list[Violation]]:
    """Returns what ruff's AIR rules find in each of the texts, in their order; never raises."""
    return [[one.violation for one in found] for found in air_findings_of(codes)]


def air_findings_of(codes: Sequence[str | bytes], *, preview: bool = False) -> list[list[AirFinding]]:
    """Returns what ruff's AIR rules find in each of the texts, in their order; never raises.

    The texts are written to a temporary folder, so that rows and standard input are looked at as files are.

    Args:
        codes: the texts.
        preview: also what ruff's preview mode knows.
    """
    found: list[list[AirFinding]] = []
    for start in range(0, len(codes) if ruff_path() else 0, _MOST_FILES):
        with tempfile.TemporaryDirectory(prefix="airflownet-ruff-") as folder:
            paths = []
            for number, code in enumerate(codes[start : start + _MOST_FILES]):
                path = Path(folder).resolve() / f"{number}.py"
                path.write_bytes(code.encode("utf-8", "replace") if isinstance(code, str) else code)
                paths.append(str(path))
            findings = _air_findings(paths, preview=preview)
            found += [findings.get(path, []) for path in paths]
    return found or [[] for _ in codes]


def _air_findings(paths: Sequence[str], *, preview: bool = False) -> dict[str, list[AirFinding]]:
    """Returns path -> what ruff finds, by one run; empty when ruff is missing or does not answer."""
    program = ruff_path()
    if program is None or not paths:
        return {}
    command = [
        program, "check", "--isolated", "--quiet", "--exit-zero", "--no-cache", "--select", "AIR",
        *(["--preview"] if preview else []), "--output-format", "json", "--", *paths,
    ]  # fmt: skip
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
        rows = json.loads(answer.stdout or "[]")
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return {}
    found: dict[str, list[AirFinding]] = {}
    for row in rows:
        violation = _violation(row)
        if violation is not None:
            finding = AirFinding(violation, _fix(row))
            found.setdefault(str(row.get("filename", "")), []).append(finding)
    return found


def _fix(row: dict[str, Any]) -> str:
    applicability = str((row.get("fix") or {}).get("applicability", ""))
    return applicability if applicability in ("safe", "unsafe") else ""


def _violation(row: dict[str, Any]) -> Violation | None:
    code = str(row.get("code") or "")
    if not code.startswith("AIR"):
        return None
    place = row.get("location") or {}
    severity = _SEVERITIES.get(code, Severity.PRACTICE)
    name = str(row.get("name") or f"ruff-{code.lower()}")
    return Violation(
        code,
        name,
        severity,
        str(row.get("message", "")),
        int(place.get("row", 0)),
        int(place.get("column", 0)),
    )


def with_air(verdict: Verdict, found: Sequence[Violation]) -> Verdict:
    """Returns the verdict with ruff's violations merged in; the outcome stays.

    On a 2.x line, what is gone or deprecated only in 3.x is left out.
    """
    if verdict.airflow.startswith("2."):
        found = [violation for violation in found if violation.code not in _SEVERITIES]
    merged = sorted({*verdict.violations, *found}, key=lambda v: (v.line, v.column, v.code, v.message))
    return replace(verdict, violations=tuple(merged))
