"""Small stage outputs written through the real records and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from airflownet.hashing import sha256_text
from airflownet.mining.source import git_blob_sha1
from airflownet.records import (
    DagFile,
    Instruction,
    Licence,
    Outcome,
    Severity,
    Verdict,
    Violation,
    stable_id,
)
from airflownet.tables import write_table

VIEWS = ("brief", "specification", "terse", "workflow")

# Enough lines of their own that two numbers give two unrelated files, as real DAGs are.
_TOPICS = ("orders", "invoices", "users", "sensors", "clicks", "weather")
_TOPICS += ("prices", "tickets", "logs", "trades", "songs", "routes")


def dag_code(number: int) -> str:
    """Returns a DAG file of its own: file ``n`` and file ``m`` share the imports and nothing more."""
    words = [f"{_TOPICS[(number * 7 + step) % 12]}_{number}_{step}" for step in range(8)]
    lines = [
        "from datetime import datetime",
        "from airflow.sdk import DAG, task",
        "",
        f"LIMIT_{number} = {number * 31}",
    ]
    lines += [f'with DAG("{words[0]}", start_date=datetime(2024, 1, {number % 27 + 1})):']
    for step, word in enumerate(words):
        lines += ["    @task", f"    def {word}({_TOPICS[step]}_{number}=LIMIT_{number}):"]
        lines += [f'        """Handles {word}."""', f'        return "{word} of {number}", {number + step}']
    lines += [f"    {first}() >> {second}()" for first, second in pairwise(words)]
    return "\n".join(lines) + "\n"


def dag_file(path: str, content: str, *, repo: str = "demo", ref: str = "1.0") -> DagFile:
    sha256 = sha256_text(content)
    return DagFile(
        id=stable_id(repo, path, ref, sha256),
        source="pypi",
        repo=repo,
        ref=ref,
        commit="",
        archive=f"{repo}-{ref}.tar.gz",
        archive_sha256="0" * 64,
        path=path,
        blob_sha1=git_blob_sha1(content.encode()),
        licence=Licence("Apache-2.0", ("header:text=Apache-2.0",)),
        source_sha256=sha256,
        content_sha256=sha256,
        transforms=(),
        content=content,
    )


def verdict(file: DagFile, outcome: Outcome = Outcome.LOADS, code: str = "AFN301") -> Verdict:
    found = Violation(code, "some-rule", Severity.LOAD, "why", 1, 1)
    return Verdict(file.id, "3.3", outcome, "", (), (found,) if outcome is Outcome.FAILS else ())


def instructions_for(file: DagFile, views: Sequence[str] = VIEWS) -> list[Instruction]:
    made = []
    for view in views:
        own = " ".join(file.id[start : start + 2] for start in range(0, 16, 2))
        text = f"{view}: build the DAG of {file.path}, {own}"
        made.append(
            Instruction(stable_id(file.id, "describer", view, text), file.id, "describer", view, text)
        )
    return made


Inputs = Callable[..., dict[str, str]]


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    """Writes the three input folders; every file loads and has all views unless said otherwise."""

    def write(files: Sequence[DagFile], verdicts=None, instructions=None, name: str = "in") -> dict[str, str]:
        folders = {key: tmp_path / name / key for key in ("dag_files", "verdicts", "instructions")}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        write_table(folders["dag_files"] / "dag_files.parquet", DagFile, files)
        rows = [verdict(file) for file in files] if verdicts is None else verdicts
        write_table(folders["verdicts"] / "verdicts.parquet", Verdict, rows)
        texts = (
            [text for file in files for text in instructions_for(file)]
            if instructions is None
            else instructions
        )
        write_table(folders["instructions"] / "instructions.parquet", Instruction, texts)
        return {key: str(folder) for key, folder in folders.items()}

    return write
