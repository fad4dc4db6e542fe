"""Mining cut into parts that can be fetched side by side: some of a GitHub snapshot, or a whole source.

A part only fills the cache (releases, clones, answers, files). The stage then reads all of it there, and
what a part could not bring, or brought to another machine's cache, it fetches itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from airflownet.mining.github.settings import GithubSource
from airflownet.mining.github.snapshot import read_snapshot
from airflownet.mining.pin import pin_github
from airflownet.mining.settings import LocalSource, MiningSettings, PypiSource
from airflownet.mining.source import Limits
from airflownet.mining.sources import open_sources
from airflownet.mining.sources.git import GitCommit
from airflownet.mining.sources.github import open_github
from airflownet.mining.stage import listed_opt_out, pinned_sources
from airflownet.progress import progress

MOST_PARTS = 32
"""Of one GitHub source."""
FEWEST_COMMITS = 10
"""In one part of a GitHub source."""


@dataclass(frozen=True, slots=True)
class FetchPart:
    """One part of the work, small enough for XCom."""

    label: str
    """What a person reads, as ``github: 1-10 of 130``."""
    source: int
    """Position in the settings' sources; for releases, of the first of them."""
    snapshot: str
    """Snapshot of a GitHub source; empty for others."""
    first: int
    """First row of the snapshot."""
    end: int
    """One past the last row; 0 for a whole source."""


def plan_fetch(settings: MiningSettings) -> list[FetchPart]:
    """Returns the parts of all sources but folders; each GitHub source has at least one, all releases one.

    Raises:
        FunnelGapError, SourceError: see ``pin.pin_github``; RateLimitError among them.
        InputError: the opt-out list cannot be read.
    """
    parts: list[FetchPart] = []
    opt_out = listed_opt_out(settings)
    releases = [i for i, source in enumerate(settings.sources) if isinstance(source, PypiSource)]
    if releases:
        parts.append(FetchPart(f"releases: {len(releases)}", releases[0], "", 0, 0))
    for index, source in enumerate(settings.sources):
        if isinstance(source, GithubSource):
            parts += _of_snapshot(index, pin_github(source, opt_out))
        elif not isinstance(source, PypiSource | LocalSource):
            parts.append(FetchPart(f"{source.kind}: source {index + 1}", index, "", 0, 0))
    return parts


def _of_snapshot(index: int, source: GithubSource) -> list[FetchPart]:
    snapshot = source.snapshot or ""
    n_rows = len(read_snapshot(snapshot))
    size = max(FEWEST_COMMITS, math.ceil(n_rows / MOST_PARTS))
    return [
        FetchPart(f"github: {start + 1}-{min(start + size, n_rows)} of {n_rows}", index, snapshot, start, end)
        for start in range(0, max(n_rows, 1), size)
        for end in [min(start + size, n_rows)]
    ]


def fetch_part(settings: MiningSettings, part: FetchPart) -> dict[str, int]:
    """Brings what the part stands for into the cache; returns counts of files and requests.

    Raises:
        SourceError: see the sources; after a RateLimitError the call can be repeated.
    """
    source = settings.sources[part.source]
    opt_out = listed_opt_out(settings)
    in_project = source.kind in settings.in_project
    limits = Limits(settings.folders, settings.max_file_bytes, opt_out, in_project)
    if isinstance(source, GithubSource):
        pinned = source.model_copy(update={"snapshot": part.snapshot})
        return _fetch_commits(pinned, part, limits)
    if isinstance(source, PypiSource):
        sources, _ = pinned_sources([s for s in settings.sources if isinstance(s, PypiSource)], opt_out)
        return {"archives": len(open_sources(sources, opt_out))}
    sources, _ = pinned_sources([source], opt_out)
    refs = open_sources(sources, opt_out)
    for ref in refs[:1]:
        if isinstance(ref, GitCommit) and not opt_out.has_repository(ref.origin.repo):
            _ = ref.repository.directory  # mirrors an address
    return {"refs": len(refs)}


def _fetch_commits(source: GithubSource, part: FetchPart, limits: Limits) -> dict[str, int]:
    commits = open_github(source, part.first, part.end)
    counts = {"commits": len(commits), "files": 0}
    with progress("Fetching repositories", len(commits), "repositories") as bar:
        for commit in commits:
            counts["files"] += commit.prefetch(limits)
            bar.advance(note=commit.row.repo)
    requests = commits[0].session.client.counts if commits else {}
    return counts | {f"requests_{name}": count for name, count in sorted(requests.items())}


def with_snapshots(settings: MiningSettings, parts: Sequence[FetchPart]) -> MiningSettings:
    """Returns the settings with the snapshots that the parts were cut from."""
    snapshots = {part.source: part.snapshot for part in parts if part.snapshot}
    sources = tuple(
        source.model_copy(update={"snapshot": snapshots[index]}) if index in snapshots else source
        for index, source in enumerate(settings.sources)
    )
    return settings.model_copy(update={"sources": sources})
