"""The refs of one git repository, each a source of files; read by ``git cat-file``, never checked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from airflownet.mining.git.blobs import read_blobs
from airflownet.mining.git.command import git_directory
from airflownet.mining.git.listing import RefListing, list_refs
from airflownet.mining.git.mirror import bring
from airflownet.mining.git.project_texts import GitTexts
from airflownet.mining.git.refs import EMPTY
from airflownet.mining.git.settings import GitSource
from airflownet.mining.licence import LicenceClaim, licence_of, settings_claims, text_claim
from airflownet.mining.licence_files import by_folder, is_notice_file, nearest
from airflownet.mining.source import DroppedRun, Limits, Origin, source_file, why_not_read
from airflownet.records import DroppedFile, SourceFile

_MAX_LICENCE_BYTES = 1_000_000
_LONGEST_RUN = 1_000
EMPTY_REPOSITORY = "empty-repository"


class GitRepository:
    """What the refs of one repository share: the folder of its objects, and the listing."""

    def __init__(self, settings: GitSource) -> None:
        if settings.commits is None:
            raise ValueError("the source has no commits yet (``pin.pin_git`` looks them up)")
        self.settings = settings
        self.commits = settings.commits
        self.licences: dict[str, str] = {}
        """Blob of a licence file that was read -> SPDX identifier."""

    @cached_property
    def directory(self) -> Path:
        """Where the objects are; an address is mirrored first."""
        if self.settings.is_remote:
            return bring(self.settings, [commit for _, commit in self.commits if commit != EMPTY])
        return git_directory(Path(self.settings.repository).expanduser())

    @cached_property
    def listings(self) -> dict[str, RefListing]:
        """Ref -> what it adds to the refs before it."""
        return list_refs(self.directory, self.settings.repo, self.commits, self.settings.folders)


@dataclass(frozen=True)
class GitCommit:
    """One ref of one repository at its pinned commit."""

    n_processes: ClassVar[int] = 1
    """git, which unpacks what is read."""
    repository: GitRepository
    ref: str
    commit: str
    _asked_licences: set[str] = field(default_factory=set, repr=False, compare=False)

    @property
    def origin(self) -> Origin:
        """Repository, ref and commit."""
        return Origin("git", self.repository.settings.repo, self.ref, self.commit)

    def iter_files(self, limits: Limits) -> Iterator[SourceFile | DroppedFile | DroppedRun]:
        """Yields each file of this ref that no ref before it has, sorted by path.

        Raises:
            SourceError: git cannot read the repository.
        """
        if self.commit == EMPTY:
            yield self._dropped("", EMPTY_REPOSITORY)
            return
        files = self.repository.listings[self.ref].files
        wanted = (entry.sha1 for entry in files if not entry.reason)
        repo, ref = self.repository.settings.repo, self.ref
        contents = read_blobs(self.repository.directory, repo, wanted, limits.max_file_bytes)
        claims = _NearestClaims(self)
        origin = self.origin
        run = DroppedRun(repo, ref, [], [])
        for path, sha1, unread in files:
            content = unread or next(contents)
            reason = content if isinstance(content, str) else why_not_read(path, content)
            if reason is not None or isinstance(content, str):
                run.paths.append(path)
                run.reasons.append(str(reason))
                if len(run.paths) < _LONGEST_RUN:
                    continue
            if run.paths:
                yield run
                run = DroppedRun(repo, ref, [], [])
            if reason is None and not isinstance(content, str):
                yield source_file(origin, path, content, claims.of(path), sha1)
        if run.paths:
            yield run
        next(contents, None)  # Lets the reader see git's exit status.

    def has_ignore_lists(self) -> bool:
        """Tells whether the commit has an ``.airflowignore``."""
        return self.commit != EMPTY and self.repository.listings[self.ref].has_ignore_lists

    def project_texts(self, limits: Limits) -> GitTexts | None:
        """Returns the files of the commit, None for a repository without commits.

        Raises:
            SourceError: git cannot read the repository.
        """
        if self.commit == EMPTY:
            return None
        repo = self.repository.settings.repo
        claims = _NearestClaims(self)
        return GitTexts(
            self.repository.directory,
            repo,
            self.commit,
            lambda path, sha1: limits.opt_out.has_file(repo, path, sha1),
            lambda path, text: licence_of(text, claims.of(path), path),
        )

    def licence_texts(self) -> dict[str, str]:
        """Returns path -> text of the licence files that held for a file, and the notices beside them."""
        asked = {path.rpartition("/")[0] for path in self._asked_licences}
        paths = {} if self.commit == EMPTY else self.repository.listings[self.ref].licences
        wanted = {
            path: sha1
            for path, sha1 in paths.items()
            if path in self._asked_licences
            or (is_notice_file(path.rpartition("/")[2]) and path.rpartition("/")[0] in {*asked, ""})
        }
        return self._texts(wanted)

    def _texts(self, paths: dict[str, str]) -> dict[str, str]:
        if not paths:
            return {}
        repo = self.repository.settings.repo
        contents = read_blobs(self.repository.directory, repo, paths.values(), _MAX_LICENCE_BYTES)
        found = zip(paths, contents, strict=True)
        return {path: data.decode("utf-8", "replace") for path, data in found if isinstance(data, bytes)}

    def _dropped(self, path: str, reason: str) -> DroppedFile:
        return DroppedFile(self.repository.settings.repo, self.ref, path, reason)


class _NearestClaims:
    """The licence claims that hold for a path, each licence text read and recognised at first use."""

    def __init__(self, commit: GitCommit) -> None:
        settings = commit.repository.settings
        self._commit = commit
        self._paths = commit.repository.listings[commit.ref].licences
        self._folders = by_folder(self._paths)
        self._known: dict[str, list[LicenceClaim]] = {}
        self._stated = settings_claims(settings.licence)

    def of(self, path: str) -> list[LicenceClaim]:
        folder = path.rpartition("/")[0]
        if folder not in self._known:
            names = nearest(path, self._folders)
            self._commit._asked_licences.update(names)
            self._known[folder] = self._of_files(names) + self._stated
        return self._known[folder]

    def _of_files(self, names: list[str]) -> list[LicenceClaim]:
        known = self._commit.repository.licences
        blobs = {name: self._paths[name] for name in names}
        unread = {name: blob for name, blob in blobs.items() if blob not in known}
        for name, text in self._commit._texts(unread).items():
            known[blobs[name]] = text_claim(text, name).spdx
        return [
            LicenceClaim(known[blob], f"repository:{name}") for name, blob in blobs.items() if blob in known
        ]


def open_git(settings: GitSource) -> list[GitCommit]:
    """Returns each pinned ref of the repository, in order; the first that is read mirrors an address."""
    repository = GitRepository(settings)
    return [GitCommit(repository, ref, commit) for ref, commit in repository.commits]
