"""Files with what a real Airflow says of them: read from labelled JSONL, or asked on the spot.

A row of a JSONL file is ``{"id", "code", "airflow": {"3.3.2": {"loads", "scored", "tasks", "edges",
"error"}}}``. ``scored: false`` marks an answer that depends on something outside the file. A row without
``code`` names its file in a release archive by ``sha256`` and an id ``ARCHIVE:PATH``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflownet.judge.sandbox.import_judge import ImportJudge
from airflownet.judge.sandbox.oracle import requirements_of
from airflownet.progress import progress
from airflownet.records import DagFile, Outcome, Verdict

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


def asked_on_the_spot(python: Path, examples: list[DagFile]) -> list[Labelled]:
    """Returns what the Airflow of that interpreter says of the official examples, in the sandbox."""
    found: list[Labelled] = []
    with ImportJudge(python) as judge, progress("Asking Airflow", len(examples), "files") as bar:
        absent = providers_not_installed(python, ".".join(judge.airflow.split(".")[:2]))
        for example in examples:
            verdict = judge.judge_code(example.content, id=f"{example.archive}:{example.path}")
            found.append(_label_of(verdict, example.content, absent))
            bar.advance()
    return found


def providers_not_installed(python: Path, line: str) -> tuple[str, ...]:
    """Returns the modules of the line's official providers that the interpreter does not have."""
    script = "import importlib.metadata as m; print(*{d.name.lower() for d in m.distributions()})"
    answer = subprocess.run([str(python), "-I", "-c", script], capture_output=True, text=True, check=True)
    installed = {name.replace("_", "-") for name in answer.stdout.split()}
    prefix = "apache-airflow-providers-"
    wanted = {pin.partition("==")[0] for pin in requirements_of(line)[0]}
    absent = {name for name in wanted - installed if name.startswith(prefix)}
    return tuple(sorted(f"airflow.providers.{n.removeprefix(prefix).replace('-', '.')}" for n in absent))


def _label_of(verdict: Verdict, code: str, absent: tuple[str, ...]) -> Labelled:
    graphs: Graphs = {
        dag.dag_id: (sorted(dag.tasks), sorted(list(edge) for edge in dag.edges)) for dag in verdict.dags
    }
    error = "" if verdict.outcome is Outcome.LOADS else verdict.reason
    scored = verdict.outcome is not Outcome.UNKNOWN and not depends_on_outside(error, absent)
    loads = verdict.outcome is Outcome.LOADS
    return Labelled("asked", verdict.id, code, verdict.airflow, loads, scored, error, graphs)


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
    outside = ("OptionalProviderFeature", "conn_id", "Variable", "KeyError", "Skipped:", "Connection")
    return any(word in error for word in outside)
