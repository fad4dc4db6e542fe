"""Release source archives from a package index (the simple repository API, PEP 503 and PEP 691)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from airflownet.judge.project.dags_folder import IGNORE_FILE
from airflownet.mining.archive_cache import CachedArchive, fetch_archives
from airflownet.mining.licence import LicenceClaim, archive_claims, licence_of
from airflownet.mining.project.archive_texts import ArchiveTexts
from airflownet.mining.settings import PypiSource
from airflownet.mining.source import Limits, Origin, source_file
from airflownet.mining.source_archive import read_archive
from airflownet.records import DroppedFile, SourceFile


@dataclass(frozen=True)
class PypiArchive:
    """One release, its archive in the cache with the right hash."""

    settings: PypiSource
    archive: CachedArchive
    _texts: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    _claims: list[LicenceClaim] = field(default_factory=list, repr=False, compare=False)
    _project: dict[str, bytes | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def origin(self) -> Origin:
        """Project, version, archive name, hash and size."""
        return Origin(
            source="pypi",
            repo=self.settings.project,
            ref=self.settings.version,
            archive=self.archive.path.name,
            archive_sha256=self.archive.sha256,
            size_bytes=self.archive.path.stat().st_size,
        )

    def iter_files(self, limits: Limits) -> Iterator[SourceFile | DroppedFile]:
        """Yields each listed file of the archive, sorted by path."""
        content = read_archive(self.archive.path, limits)
        self._texts.update(content.licence_texts)
        claims = archive_claims(content.pkg_info, content.licence_text)
        self._claims.extend(claims)
        self._project.update(content.project_texts)
        self._project.update({e.path: e.content for e in content.entries if isinstance(e.content, bytes)})
        for entry in content.entries:
            if isinstance(entry.content, bytes):
                yield source_file(self.origin, entry.path, entry.content, claims)
            else:
                yield DroppedFile(self.origin.repo, self.origin.ref, entry.path, entry.content)

    def has_ignore_lists(self) -> bool:
        """Tells whether ``iter_files`` saw an ``.airflowignore``."""
        return any(path.rpartition("/")[2] == IGNORE_FILE for path in self._project)

    def project_texts(self, limits: Limits) -> ArchiveTexts:
        """Returns the files that ``iter_files`` met: those listed, those beside them, and what declares."""
        repo = self.settings.project
        return ArchiveTexts(
            {
                path: data
                for path, data in self._project.items()
                if not limits.opt_out.has_file(repo, path, "")
            },
            lambda path, text: licence_of(text, self._claims, path),
        )

    def forget(self) -> None:
        """Drops what was held for ``project_texts``."""
        self._project.clear()

    def licence_texts(self) -> dict[str, str]:
        """Returns name -> text of the archive's licence and notice files."""
        return self._texts


def open_archives(sources: Sequence[PypiSource]) -> dict[PypiSource, PypiArchive]:
    """Returns each pinned release with its archive, downloaded where the cache does not have it.

    Raises:
        SourceError: an archive cannot be had, or does not have its pinned hash.
    """
    return {s: PypiArchive(s, archive) for s, archive in zip(sources, fetch_archives(sources), strict=True)}
