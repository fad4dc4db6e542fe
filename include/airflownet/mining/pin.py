"""Fixes what every source gives before anything is read: releases by hash, repositories by commit.

A pinned recipe asks nobody. ``newest`` and a missing hash are looked up at the package index, a range of
versions becomes one source for each release, and GitHub and git repositories are asked for their present
commits, so the stage's fingerprint holds what was really read.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from airflownet.errors import SourceError
from airflownet.mining.git.command import git_directory
from airflownet.mining.git.mirror import remote_refs
from airflownet.mining.git.refs import EMPTY, chosen_refs, local_refs
from airflownet.mining.git.settings import GitSource
from airflownet.mining.github.settings import GithubSource
from airflownet.mining.opt_out import NOBODY, OptOut
from airflownet.mining.settings import PypiSource

if TYPE_CHECKING:
    from airflownet.mining.release_index import Release, ReleaseIndex

log = logging.getLogger(__name__)


def pin(sources: tuple[PypiSource, ...]) -> dict[PypiSource, tuple[PypiSource, ...]]:
    """Returns for each source its releases with version and hash fixed, oldest first where it has several.

    Asks the index only for sources that are not pinned.

    Raises:
        NetworkError: nothing answered.
        SourceError: the index has no such release, or gives no digest for it.
    """
    loose = [source for source in sources if not source.is_pinned]
    pinned: dict[PypiSource, tuple[PypiSource, ...]] = {
        source: (source,) for source in sources if source.is_pinned
    }
    if loose:
        from airflownet.mining.release_index import open_release_index  # takes the index's client along

        with open_release_index() as index:
            for source in loose:
                pinned[source] = tuple(_pinned(source, release) for release in _releases(index, source))
    return pinned


def _releases(index: ReleaseIndex, source: PypiSource) -> list[Release]:
    if isinstance(source.versions, str):
        return index.releases(source.project, source.versions)
    return [index.release(source.project, version) for version in source.versions or (source.version,)]


def _pinned(source: PypiSource, release: Release) -> PypiSource:
    if release.sha256 is None:
        raise SourceError(
            f"the package index gives no SHA-256 for {release.filename}",
            "pin version and sha256 in the recipe",
        )
    log.warning(
        "%s: %s, SHA-256 %s as the index tells; pin both for a reproducible run",
        source.project,
        release.version,
        release.sha256,
    )
    update = {"version": release.version, "versions": (), "sha256": source.sha256 or release.sha256}
    return source.model_copy(update=update)


def pin_github(source: GithubSource, opt_out: OptOut = NOBODY) -> GithubSource:
    """Returns the source with its snapshot; asks GitHub only when it has none.

    Repositories of the opt-out list stand in the snapshot with that reason.

    Raises:
        FunnelGapError: GitHub could not list everything, and the source does not allow that.
        SourceError: see ``take_snapshot`` (NetworkError and RateLimitError among them).
    """
    if source.snapshot is not None:
        return source
    from airflownet.mining.github.take_snapshot import take_snapshot  # takes the client along

    return source.model_copy(update={"snapshot": take_snapshot(source, opt_out)})


def pin_git(source: GitSource, opt_out: OptOut = NOBODY) -> GitSource:
    """Returns the source with the commits its refs point to now; asks only when it has none.

    A repository of the opt-out list is not asked: each of its refs stands without a commit.

    Raises:
        SourceError: there is no such repository or ref (NetworkError for an address that does not answer).
    """
    if source.commits is not None:
        return source
    if opt_out.has_repository(source.repo):
        return source.model_copy(update={"commits": tuple((ref, EMPTY) for ref in source.refs)})
    if source.is_remote:
        refs = remote_refs(source)
    else:
        refs = local_refs(git_directory(Path(source.repository).expanduser()), source.repo)
    return source.model_copy(update={"commits": tuple(chosen_refs(refs, source.refs, source.repo))})
