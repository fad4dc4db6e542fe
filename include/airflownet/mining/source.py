"""What every kind of source gives: a stream of files in which no listed file is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from airflownet.mining.dag_detection import NOT_A_DAG_FILE
from airflownet.mining.decoding import decode_python
from airflownet.mining.licence import LicenceClaim, licence_of
from airflownet.mining.opt_out import OptOut
from airflownet.mining.prefilter import may_build_a_dag
from airflownet.records import DroppedFile, SourceFile

PACKAGE_FILE = "package-file"
LFS_POINTER = b"version https://git-lfs.github.com/spec/v1"
"""First line of the text that Git LFS keeps in a file's place (its specification, v1)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Which files of a source are listed, and how large they may be."""

    folders: tuple[str, ...]
    max_file_bytes: int
    opt_out: OptOut = field(default_factory=OptOut)
    """What must not be asked for, downloaded or read; it is listed and dropped as ``opted-out``."""
    in_project: bool = True
    """Whether files are judged in their project, for which more of it is read."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Provenance that all files of one source share; the fields are those of ``SourceFile``."""

    source: str
    repo: str
    ref: str
    commit: str = ""
    archive: str = ""
    archive_sha256: str = ""
    size_bytes: int = 0
    """Size of the archive, 0 outside archives."""
    repository_id: int = 0
    """GitHub's number of the repository, which stays when its name changes; 0 elsewhere."""
    url: str = ""
    """Where a person finds it on the web, empty where that is not known."""


@dataclass(frozen=True, slots=True)
class DroppedRun:
    """Dropped files that follow each other, by columns: a repository has twenty for each DAG file."""

    repo: str
    ref: str
    paths: list[str]
    reasons: list[str]
    """Of each path in turn."""


class MiningSource(Protocol):
    """One kind of source.

    A source may also have ``licence_texts() -> dict[str, str]``: path -> text of the licence and notice files
    that hold for it, asked after ``iter_files``; they are copied beside ``NOTICE.md``;
    ``n_processes``, the number of processes, as git's, that work while its files are read;
    ``project_texts(limits) -> ProjectTexts | None`` and ``has_ignore_lists() -> bool``, for judging its
    files in their project; and ``forget()``, after which nothing of it is asked for any more.
    """

    @property
    def origin(self) -> Origin:
        """Provenance of every file of this source."""
        ...

    def iter_files(self, limits: Limits) -> Iterator[SourceFile | DroppedFile | DroppedRun]:
        """Yields each listed ``.py`` file once, readable or dropped with its reason, sorted by path.

        A source of many files may yield those dropped in between as runs.

        Raises:
            SourceError: the source as a whole cannot be read.
        """
        ...


def git_blob_sha1(data: bytes) -> str:
    """Returns the object name git gives these bytes: SHA-1 over ``blob <length>NUL<bytes>``."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def why_not_read(path: str, data: bytes) -> str | None:
    """Returns why a file cannot hold a DAG, seen without parsing it; None when it must be looked at."""
    if path.endswith("__init__.py") and path.rpartition("/")[2] == "__init__.py":
        return PACKAGE_FILE
    if data.startswith(LFS_POINTER):
        return "lfs-pointer"
    return None if may_build_a_dag(data) else NOT_A_DAG_FILE


def source_file(
    origin: Origin, path: str, data: bytes, claims: Sequence[LicenceClaim], blob_sha1: str = ""
) -> SourceFile | DroppedFile:
    """Returns the file with its provenance and licence, or dropped with the reason.

    With ``blob_sha1`` the bytes are checked against it: other bytes are ``blob-sha-mismatch``.
    """
    reason = why_not_read(path, data)
    if reason is not None:
        return DroppedFile(origin.repo, origin.ref, path, reason)
    actual = git_blob_sha1(data)
    if blob_sha1 and actual != blob_sha1:
        return DroppedFile(origin.repo, origin.ref, path, "blob-sha-mismatch")
    text = decode_python(data)
    if text is None:
        return DroppedFile(origin.repo, origin.ref, path, "undecodable")
    return SourceFile(
        source=origin.source,
        repo=origin.repo,
        ref=origin.ref,
        commit=origin.commit,
        archive=origin.archive,
        archive_sha256=origin.archive_sha256,
        path=path,
        blob_sha1=actual,
        licence=licence_of(text, claims, path),
        content=text,
    )
