"""The project of a mined DAG file, from what mining kept of it: ``project_files.parquet``.

The judge sees there what mining's judge saw in the whole repository: the texts that were read, and the names
whose being there was looked at.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from airflownet.judge.project.dags_folder import dags_folder
from airflownet.judge.project.folder import TextFolder
from airflownet.judge.project.project import Project
from airflownet.judge.project.reading import project_of
from airflownet.records import DagFile, ProjectFile
from airflownet.tables import from_row

PROJECT_FILES: Final = "project_files.parquet"
_REFS_HELD: Final = 2
"""Files come sorted by repository and ref, so that the last one is mostly the next one."""


class MinedFile(NamedTuple):
    """One DAG file on its way to the judge; ``table`` is empty for one that is judged by itself."""

    id: str
    content: str
    table: str = ""
    """Path of ``project_files.parquet``."""
    repo: str = ""
    ref: str = ""
    path: str = ""


class _Ref(NamedTuple):
    table: str
    written_ns: int
    repo: str
    name: str


def mined_file(file: DagFile, table: Path) -> MinedFile:
    """Returns what of a DAG file the judge needs."""
    if file.project is None:
        return MinedFile(file.id, file.content)
    return MinedFile(file.id, file.content, str(table), file.repo, file.ref, file.path)


def project_around(file: MinedFile) -> tuple[Project | None, str]:
    """Returns the project of a file and where the file lies in it; None for one that is judged by itself.

    Raises:
        InputError: the project's ``[tool.airflownet]`` cannot be used.
    """
    if not file.table:
        return None, ""
    written = Path(file.table).stat().st_mtime_ns  # a run may mine again to the same place
    ref = _Ref(file.table, written, file.repo, file.ref)
    folder = _folder(ref)
    path = f"{folder.root}/{file.path}"
    return _project(ref, dags_folder(folder, path)), path


@lru_cache(maxsize=_REFS_HELD)
def _folder(ref: _Ref) -> TextFolder:
    import pyarrow.parquet as pq

    found = pq.read_table(ref.table, filters=[("repo", "=", ref.repo), ("ref", "=", ref.name)])
    rows = [from_row(ProjectFile, row) for row in found.to_pylist()]
    files = {row.path: row.content.encode() if row.is_kept else _nothing for row in rows}
    folders = [path[:-1] for path in files if path.endswith("/")]
    return TextFolder({p: c for p, c in files.items() if not p.endswith("/")}, folders=folders)


def _nothing() -> None:
    """Stands for the content of a file that is there and was not kept."""


@lru_cache(maxsize=64)
def _project(ref: _Ref, place: str) -> Project:
    return project_of(_folder(ref), [place])
