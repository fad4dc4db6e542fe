"""Judging many files: folders, and JSONL rows, in order, in parallel where it pays."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from airflownet.errors import InputError
from airflownet.judge.ignored_files import GLOB, IgnoredFiles
from airflownet.judge.loader.garbage import full_collections_put_off, put_off_full_collections
from airflownet.judge.project.project import Project
from airflownet.judge.verdict import judge_code
from airflownet.parallel import Workers
from airflownet.records import Outcome, Verdict

_PARALLEL_FROM = 200
"""Fewer files are judged sooner in one process than a pool starts."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file or row to judge; ``problem`` tells why it cannot be."""

    id: Any
    code: str | bytes
    airflow: str
    problem: str = ""
    path: str = ""
    """What ``__file__`` is, empty for a row."""
    roots: tuple[str, ...] = ()
    """Folders from which local imports are resolved, where there is no project."""


def find_files(paths: list[Path], ignored: IgnoredFiles | None = None) -> list[Path]:
    """Returns the files given and the Python files below the folders given, sorted within each.

    Args:
        paths: files and folders.
        ignored: what ``.airflowignore`` leaves out of the folders; None reads it as the newest Airflow does.

    Raises:
        InputError: a path does not exist.
    """
    found: dict[Path, None] = {}
    ignored = ignored or IgnoredFiles(GLOB)
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*.py") if p.is_file())
            hidden = (
                p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts)
            )
            found.update(
                dict.fromkeys(path for path in sorted(hidden) if not ignored.leaves_out(path.absolute()))
            )
        elif path.exists():
            found[path] = None
        else:
            raise InputError(f"{path} does not exist", "give DAG files, or folders that hold some")
    return list(found)


def read_file(path: Path, airflow: str, roots: tuple[str, ...] = ()) -> Source:
    """Returns the file as a source, with its path as id."""
    try:
        return Source(str(path), path.read_bytes(), airflow, path=str(path.resolve()), roots=roots)
    except OSError as error:
        return Source(str(path), b"", airflow, f"the file cannot be read: {error.strerror or error}")


def read_rows(
    path: Path, *, code_field: str, id_field: str, airflow_field: str | None, airflow: str
) -> Iterator[Source]:
    """Yields a source for each line; a bad line is a source with a problem.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _row(line, number, code_field, id_field, airflow_field, airflow)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}", "give a JSONL file") from None


def _row(
    line: bytes, number: int, code_field: str, id_field: str, airflow_field: str | None, airflow: str
) -> Source:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Source(number, "", airflow, f"line {number} is not JSON: {error}")
    if not isinstance(row, dict):
        return Source(number, "", airflow, f"line {number} is not a JSON object")
    identity = row.get(id_field, number)
    wanted = airflow
    if airflow_field is not None:
        value = row.get(airflow_field)
        if not isinstance(value, str):
            return Source(identity, "", airflow, f"field {airflow_field!r} is missing or not text")
        wanted = value
    code = row.get(code_field)
    if not isinstance(code, str):
        return Source(identity, "", wanted, f"field {code_field!r} is missing or not text")
    return Source(identity, code, wanted)


def judge_source(source: Source, project: Project | None = None) -> Verdict:
    """Returns the verdict on one source; a source with a problem is ``unknown``."""
    if source.problem:
        return Verdict(source.id, source.airflow, Outcome.UNKNOWN, source.problem, (), ())
    try:
        return judge_code(
            source.code,
            airflow=source.airflow,
            id=source.id,
            path=source.path,
            roots=source.roots,
            project=project,
        )
    except InputError as error:
        return Verdict(source.id, source.airflow, Outcome.UNKNOWN, error.message, (), ())


_shared: list[Project | None] = [None]
"""The project of a worker process: sent once, so that it reads each module once."""


def _start_worker(project: Project | None) -> None:
    put_off_full_collections()
    _shared[0] = project


def _judge_shared(source: Source) -> Verdict:
    return judge_source(source, _shared[0])


def judge_sources(
    sources: list[Source], *, project: Project | None = None, processes: int | None = None
) -> Iterator[Verdict]:
    """Yields verdicts in the order of the sources.

    Args:
        sources: what to judge.
        project: what they all lie in; None judges each file alone.
        processes: worker processes; None takes as many as there are cores when there is enough to do.
    """
    workers = (os.cpu_count() or 1) if processes is None else processes
    if workers <= 1 or len(sources) < _PARALLEL_FROM:
        with full_collections_put_off():
            yield from (judge_source(source, project) for source in sources)
        return
    _shared[0] = project  # for the items that are done in this process
    with Workers(workers, partial(_start_worker, project)) as pool:
        yield from pool.map(_judge_shared, sources)
