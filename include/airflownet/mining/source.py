"""What every kind of source gives: a stream of files in which no listed file is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from airflownet.mining.decoding import decode_python
from airflownet.mining.licence import LicenceClaim, licence_of
from airflownet.records import DroppedFile, SourceFile


@dataclass(frozen=True, slots=True)
class Limits:
    """Which files of a source are listed, and how large they may be."""

    folders: tuple[str, ...]
    max_file_bytes: int


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


class MiningSource(Protocol):
    """One kind of source."""

    @property
    def origin(self) -> Origin:
        """Provenance of every file of this source."""
        ...

    def iter_files(self, limits: Limits) -> Iterator[SourceFile | DroppedFile]:
        """Yields each listed ``.py`` file once, readable or dropped with its reason, sorted by path.

        Raises:
            SourceError: the source as a whole cannot be read.
        """
        ...


def git_blob_sha1(data: bytes) -> str:
    """Returns the object name git gives these bytes: SHA-1 over ``blob <length>NUL<bytes>``."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def source_file(
    origin: Origin, path: str, data: bytes, claims: list[LicenceClaim]
) -> SourceFile | DroppedFile:
    """Returns the file with its provenance and licence, or dropped as ``undecodable``."""
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
        blob_sha1=git_blob_sha1(data),
        licence=licence_of(text, claims),
        content=text,
    )
