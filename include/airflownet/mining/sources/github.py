"""Repositories of one GitHub, each ref of each repository one source of files.

The snapshot says which commits; trees and files come from the cache where they are there, else from GitHub.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import finalize

from airflownet.errors import FunnelGapError
from airflownet.mining.cleaning import Cleaned, Cleaner
from airflownet.mining.github.blob_store import BlobStore, open_blob_store
from airflownet.mining.github.blobs import NOT_SERVED, Wanted, fetch_archive_if_it_pays, fetch_blobs
from airflownet.mining.github.client import GithubClient, open_client
from airflownet.mining.github.listing import Listing
from airflownet.mining.github.look_ahead import LookAhead
from airflownet.mining.github.project_texts import GithubTexts
from airflownet.mining.github.purge import purge
from airflownet.mining.github.refs import UnreadableError
from airflownet.mining.github.repository import TAKEN_DOWN
from airflownet.mining.github.settings import GithubSource
from airflownet.mining.github.snapshot import SnapshotRow, describe, read_snapshot
from airflownet.mining.github.tree import TreeEntry, list_tree
from airflownet.mining.licence import LicenceClaim, licence_of, settings_claims, text_claim
from airflownet.mining.licence_files import by_folder, is_notice_file, nearest
from airflownet.mining.opt_out import OPTED_OUT
from airflownet.mining.project.in_project import ProjectJudge
from airflownet.mining.source import DroppedRun, Limits, Origin, source_file, why_not_read
from airflownet.records import DroppedFile, SourceFile

log = logging.getLogger(__name__)

FILES_AT_ONCE = 500
"""Files fetched before the first of them is handed on."""


class GithubSession:
    """Client and store that the repositories of one source share; opened at first use."""

    def __init__(self, source: GithubSource, rows: Sequence[SnapshotRow]) -> None:
        self.source = source
        self.look_ahead = LookAhead(rows)
        self._open = contextlib.ExitStack()
        finalize(self, self._open.close)

    @cached_property
    def client(self) -> GithubClient:
        """The client."""
        client = self._open.enter_context(open_client(self.source))
        self._open.callback(lambda: log.info("GitHub, files: %s", describe(client.counts)))
        return client

    @cached_property
    def store(self) -> BlobStore:
        """The store of files."""
        return self._open.enter_context(open_blob_store(self.source.base_url))


@dataclass(frozen=True)
class GithubCommit:
    """One ref of one repository, or what stands in the place of a repository that is left out."""

    session: GithubSession
    row: SnapshotRow
    _licence_files: list[TreeEntry] = field(default_factory=list, compare=False, repr=False)
    _asked_licences: set[str] = field(default_factory=set, compare=False, repr=False)
    _ignore_lists: list[bool] = field(default_factory=list, compare=False, repr=False)

    @property
    def origin(self) -> Origin:
        """Repository, ref, commit and the repository's number."""
        row = self.row
        url = web_address(self.session.source.base_url, row.repo, row.commit) if row.commit else ""
        return Origin("github", row.repo, row.ref, row.commit, repository_id=row.repo_id, url=url)

    def iter_files(self, limits: Limits) -> Iterator[SourceFile | DroppedFile]:
        """Yields each listed file sorted by path; a repository that is left out as one row without a path.

        Raises:
            FunnelGapError: a folder cannot be listed and the source does not allow it.
            NetworkError, RateLimitError: what was fetched until then is kept.
        """
        if self.row.reason or limits.opt_out.has_repository(self.row.repo):
            yield self._dropped("", self.row.reason or OPTED_OUT)
            return
        client = self.session.client
        try:
            listing = self.session.look_ahead.listing(client, self.session.store, self.row, limits)
        except UnreadableError as error:
            if error.reason == TAKEN_DOWN:
                purge(client, self.row.repo_id, TAKEN_DOWN)
            yield self._dropped("", error.reason)
            return
        self._check_gaps(listing)
        self._licence_files.extend(listing.licences)
        self._ignore_lists.extend([True] if listing.has_ignore_lists else [])
        yield from self._read(listing)

    def _read(self, listing: Listing) -> Iterator[SourceFile | DroppedFile]:
        client, store = self.session.client, self.session.store
        licences = [Wanted(entry.sha1, entry.size_bytes) for entry in listing.licences]
        fetch_archive_if_it_pays(client, store, self.row, _wanted(listing.files) + licences)
        claims: NearestClaims | None = None
        for start in range(0, len(listing.files), FILES_AT_ONCE):
            part = listing.files[start : start + FILES_AT_ONCE]
            # The licences come with the first files and take no request of their own.
            wanted = _wanted(part) + (licences if claims is None else [])
            failed = fetch_blobs(client, store, self.row, wanted)
            if claims is None:
                texts = _texts(store, listing.licences)
                claims = NearestClaims(self.row, texts, self.session.source.licence, self._asked_licences)
            for entry, reason in part:
                yield self._file(entry, reason or failed.get(entry.sha1), claims)

    def prefetch(self, limits: Limits) -> int:
        """Brings everything that mining needs into the cache; returns the number of listed files.

        That is what ``iter_files`` reads, and of the project what judging its files asks for.
        """
        judge = ProjectJudge(
            lambda: self.project_texts(limits) if limits.in_project else None,
            None,
            runs_there=True,
            has_ignore_lists=self.has_ignore_lists if limits.in_project else lambda: False,
        )
        kinds = frozenset({"github"}) if limits.in_project else frozenset[str]()
        n_listed = 0

        def met() -> Iterator[Cleaned | DroppedFile | DroppedRun]:
            nonlocal n_listed
            for file in self.iter_files(limits):
                n_listed += 1
                if isinstance(file, SourceFile):
                    yield Cleaner(frozenset({file.licence.spdx}), judged_sources=kinds)(file)

        for _ in judge.judged(met()):
            pass
        return n_listed

    def has_ignore_lists(self) -> bool:
        """Tells whether ``iter_files`` met an ``.airflowignore``."""
        return bool(self._ignore_lists)

    def project_texts(self, limits: Limits) -> GithubTexts | None:
        """Returns the files of the commit, None for a repository that is left out."""
        if self.row.reason or not self.row.commit:
            return None
        try:  # the ledger has it after ``iter_files``; it is not kept here, for commits are many
            tree = list_tree(self.session.client, self.row.repo_id, self.row.commit)
        except UnreadableError:
            return None
        texts = _texts(self.session.store, self._licence_files)
        claims = NearestClaims(self.row, texts, self.session.source.licence, self._asked_licences)
        return GithubTexts(
            self.session.client,
            self.session.store,
            self.row,
            tree,
            lambda path, sha1: limits.opt_out.has_file(self.row.repo, path, sha1),
            lambda path, text: licence_of(text, claims.of(path), path),
        )

    def _check_gaps(self, listing: Listing) -> None:
        gaps = [entry.path for entry, reason in listing.files if reason and reason.startswith("gap:")]
        if gaps and not self.session.source.allow_partial:
            raise FunnelGapError(
                f"{self.row.repo}: the folder {gaps[0] or '/'!r} has more entries than GitHub lists",
                "mine this repository from a clone (kind: git), or set allow_partial: true to record the gap",
            )

    def licence_texts(self) -> dict[str, str]:
        """Returns path -> text of the licence files that held for a file, and the notices beside them.

        The licence and notice files at the top hold for the whole repository and are always among them.
        """
        folders = {path.rpartition("/")[0] for path in self._asked_licences} | {""}
        wanted = [
            entry
            for entry in self._licence_files
            if entry.path in self._asked_licences
            or "/" not in entry.path
            or (is_notice_file(entry.path.rpartition("/")[2]) and entry.path.rpartition("/")[0] in folders)
        ]
        return _texts(self.session.store, wanted) if wanted else {}

    def _file(self, entry: TreeEntry, reason: str | None, claims: NearestClaims) -> SourceFile | DroppedFile:
        content = None if reason is not None else self.session.store.get(entry.sha1)
        if content is None:
            return self._dropped(entry.path, reason or NOT_SERVED)
        unread = why_not_read(entry.path, content)
        if unread is not None:
            return self._dropped(entry.path, unread)
        return source_file(self.origin, entry.path, content, claims.of(entry.path), entry.sha1)

    def _dropped(self, path: str, reason: str) -> DroppedFile:
        return DroppedFile(self.row.repo, self.row.ref, path, reason)


class NearestClaims:
    """The licence claims that hold for a path: GitHub's of the repository, and those of the nearest files."""

    def __init__(self, row: SnapshotRow, texts: dict[str, str], otherwise: str, asked: set[str]) -> None:
        self._texts = texts
        self._asked = asked
        self._folders = by_folder(texts)
        self._of_repository = [LicenceClaim(row.licence, "repository:api")] if row.licence else []
        self._otherwise = settings_claims(otherwise)
        self._known: dict[str, list[LicenceClaim]] = {}

    def of(self, path: str) -> list[LicenceClaim]:
        """Returns the claims, those of the settings only where there are no others."""
        folder = path.rpartition("/")[0]
        if folder not in self._known:
            names = nearest(path, self._folders)
            self._asked.update(names)
            of_files = [text_claim(self._texts[name], f"repository:{name}") for name in names]
            self._known[folder] = [*self._of_repository, *of_files] or self._otherwise
        return self._known[folder]


def web_address(base_url: str, repo: str, commit: str) -> str:
    """Returns where a person finds the repository at the commit."""
    server = (
        base_url.rstrip("/").removesuffix("/api/v3").replace("https://api.github.com", "https://github.com")
    )
    return f"{server}/{repo}/tree/{commit}"


def _texts(store: BlobStore, entries: list[TreeEntry]) -> dict[str, str]:
    contents = ((entry.path, store.get(entry.sha1)) for entry in entries)
    return {path: content.decode(errors="replace") for path, content in contents if content is not None}


def _wanted(files: list[tuple[TreeEntry, str | None]]) -> list[Wanted]:
    return [Wanted(entry.sha1, entry.size_bytes) for entry, reason in files if reason is None]


def open_github(source: GithubSource, first: int = 0, end: int | None = None) -> list[GithubCommit]:
    """Returns the commits of the source's snapshot in its order, from ``first`` to before ``end``.

    Raises:
        SourceError: the cache does not have the snapshot.
    """
    if source.snapshot is None:
        raise ValueError("the source has no snapshot yet (``pin.pin`` takes one)")
    rows = read_snapshot(source.snapshot)[first:end]
    session = GithubSession(source, rows)
    return [GithubCommit(session, row) for row in rows]
