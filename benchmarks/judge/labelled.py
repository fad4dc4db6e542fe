"""Files with what a real Airflow says of them, read from labelled JSONL.

A row of a JSONL file is ``{"id", "code", "airflow": {"3.3.2": {"loads", "scored", "tasks", "edges",
"error"}}}``. ``scored: false`` marks an answer that depends on something outside the file. A row without
``code`` names its file in a release archive by ``sha256`` and an id ``ARCHIVE:PATH``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HARNESS = frozenset({"tests_common", "system", "tests", "dev"})
"""Top modules of Airflow's own test suite, which no released package holds."""

Graphs = dict[str, tuple[list[str], list[list[str]]]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One file and what one Airflow version says of it."""

    set_name: str
    id: str
    code: str | bytes
    version: str
    loads: bool
    scored: bool
    error: str
    graphs: Graphs
    """dag_id -> sorted task ids and sorted edges."""


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def labelled_rows(path: Path, sources: dict[str, bytes]) -> tuple[list[Labelled], int]:
    """Returns the file's labels, and the number of rows whose code was not found by its SHA-256."""
    found: list[Labelled] = []
    n_without_code = 0
    for row in read_rows(path):
        code = row.get("code", sources.get(row.get("sha256", "")))
        if code is None:
            n_without_code += 1
            continue
        for version, label in row["airflow"].items():
            graphs = {
                dag_id: (sorted(tasks), sorted(label["edges"].get(dag_id, [])))
                for dag_id, tasks in label["tasks"].items()
            }
            name = path.name.partition(".")[0]
            scored, error = label.get("scored", True), label.get("error") or ""
            found.append(Labelled(name, row["id"], code, version, label["loads"], scored, error, graphs))
    return found, n_without_code


def archived_sources(folders: list[Path], names: set[str]) -> tuple[dict[str, bytes], set[str]]:
    """Returns SHA-256 -> bytes of the Python files in the archives of those names, and the names found."""
    sources: dict[str, bytes] = {}
    archives = {p.name: p for folder in folders for p in sorted(folder.rglob("*.tar.gz")) if p.name in names}
    for path in archives.values():
        with tarfile.open(path, "r|gz") as tar:
            for member in tar:
                if member.isreg() and member.name.endswith(".py") and member.size < 1_000_000:
                    file = tar.extractfile(member)
                    data = file.read() if file is not None else b""
                    sources[hashlib.sha256(data).hexdigest()] = data
    return sources, set(archives)


def depends_on_outside(error: str, absent: tuple[str, ...] = ()) -> bool:
    """Whether another machine could answer otherwise: a package, variable or connection that is not here.

    Args:
        error: what Airflow said.
        absent: modules of official providers that were not installed where it was asked.
    """
    module = re.search(r"No module named '([\w.]+)'", error)
    if module:
        top = module[1].partition(".")[0]
        if top == "airflow":
            asked = f"{module[1]}."
            return any(asked.startswith(f"{name}.") or f"{name}.".startswith(asked) for name in absent)
        return top not in HARNESS and top not in sys.stdlib_module_names
    outside = (
        "OptionalProviderFeature",
        "conn_id",
        "Variable",
        "KeyError",
        "Skipped:",
        "Connection",
        "FileNotFound",
    )
    return any(word in error for word in outside)
