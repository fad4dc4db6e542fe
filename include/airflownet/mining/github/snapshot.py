"""The repositories and commits that one run reads: decided once, kept under its hash, the same for everyone.

A snapshot is JSON lines, one row for each ref of each repository, sorted; what is left out is a row with its
reason. When nothing changed on GitHub the hash is the same, and the mining stage has nothing to do.
"""

from __future__ import annotations

import gzip
import json
import logging
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from airflownet.cache import cache_dir
from airflownet.errors import FunnelGapError, SourceError
from airflownet.hashing import canonical_json, sha256_text
from airflownet.mining.github.blob_store import open_blob_store
from airflownet.mining.github.client import Answer, GithubClient, open_client
from airflownet.mining.github.discovery import Discovery, discover, listing_key
from airflownet.mining.github.refs import ResolvedRef, UnreadableError, resolve_refs
from airflownet.mining.github.repository import (
    EMPTY,
    GONE,
    NOT_FOUND,
    TAKEN_DOWN,
    Repository,
    why_left_out,
    why_unreadable,
)
from airflownet.mining.github.settings import GithubSource
from airflownet.progress import progress

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, order=True)
class SnapshotRow:
    """One ref of one repository, or why there is nothing to read."""

    repo_id: int
    """GitHub's number of the repository; 0 for a gap of the listing itself."""
    repo: str
    """``owner/name``; for a gap what could not be listed."""
    ref: str = ""
    commit: str = ""
    licence: str = ""
    """SPDX identifier as GitHub recognised it."""
    reason: str = ""
    """Why there is nothing to read; empty when there is."""


def take_snapshot(source: GithubSource) -> str:
    """Asks GitHub what there is and returns the hash of the snapshot, which stands in the cache.

    Raises:
        FunnelGapError: a listing stayed incomplete and the source does not allow it.
        SourceError: a listing or a named repository cannot be read.
        NetworkError, RateLimitError: what was answered until then is kept.
    """
    with open_client(source) as client:
        found = discover(client)
        rows = [SnapshotRow(0, gap.what, reason=gap.reason) for gap in found.gaps]
        if rows and not source.allow_partial:
            raise FunnelGapError(
                f"{len(rows)} listings of GitHub stay incomplete, as {rows[0].repo!r} ({rows[0].reason})",
                "run again later, make the query narrower, or set allow_partial: true to record the gaps",
            )
        for name, (repo_id, answer) in sorted(found.unreadable.items()):
            rows += _unreadable(client, name, repo_id, answer)
        with progress("Reading heads", len(found.repositories), "repositories") as bar:
            for _, repository in sorted(found.repositories.items()):
                rows += _live(client, repository)
                bar.advance(note=repository.full_name)
        client.ledger.set_members(listing_key(client), _still_watched(found, rows))
        log.info("GitHub: %s", describe(client.counts))
    return write_snapshot(rows)


def describe(counts: dict[str, int]) -> str:
    """Returns the request counts as a sentence: sent, answered 304, spared, refused."""
    sent, same, spared = (counts.get(name, 0) for name in ("sent", "not_modified", "spared"))
    return (
        f"{sent} requests sent, {same} of them answered 304, {spared} spared by the ledger, "
        f"{counts.get('refused', 0)} refused by a rate limit"
    )


def write_snapshot(rows: Iterable[SnapshotRow]) -> str:
    """Stores the rows, sorted and each once; returns their hash."""
    lines = [canonical_json(asdict(row)) + "\n" for row in sorted(set(rows))]
    text = "".join(lines)
    sha256 = sha256_text(text)
    path = snapshot_path(sha256)
    temporary = path.with_name(path.name + ".partial")
    temporary.write_bytes(gzip.compress(text.encode(), mtime=0))
    temporary.replace(path)
    return sha256


def read_snapshot(sha256: str) -> list[SnapshotRow]:
    """Returns the rows, sorted.

    Raises:
        SourceError: the cache has no such snapshot, or not with these bytes.
    """
    try:
        text = gzip.decompress(snapshot_path(sha256).read_bytes()).decode()
    except (OSError, EOFError, ValueError):
        text = ""
    if sha256_text(text) != sha256:
        raise SourceError(
            f"the cache has no GitHub snapshot {sha256}",
            "remove `snapshot` from the source to take a new one, or copy the file of that name into "
            f"{snapshot_path(sha256).parent}",
        )
    return [SnapshotRow(**json.loads(line)) for line in text.splitlines()]


def snapshot_path(sha256: str) -> Path:
    """Returns where a snapshot is kept."""
    return cache_dir("github", "snapshots") / f"{sha256}.jsonl.gz"


def _live(client: GithubClient, repository: Repository) -> list[SnapshotRow]:
    """Returns the rows of a repository; its refs are asked for only when something was pushed."""
    source, ledger = client.source, client.ledger
    client.ledger.set_absent(str(repository.repo_id), None)
    identity = SnapshotRow(repository.repo_id, repository.full_name, licence=repository.licence)
    reason = why_left_out(
        repository, include_forks=source.include_forks, include_archived=source.include_archived
    )
    if reason is not None:
        return [_with(identity, reason=reason)]
    wanted = repository.refs or source.refs
    state = [repository.pushed_at, repository.default_branch, list(wanted)]
    known = ledger.facts(repository.repo_id) or {}
    heads: dict[str, list[list[str]]] = known.get("heads", {})
    key = sha256_text(canonical_json(state))[:16]
    if key in heads and repository.pushed_at:
        client.counts["spared"] += len(heads[key])
        resolved = heads[key]
    else:
        try:
            refs = resolve_refs(client, repository, wanted)
        except UnreadableError as error:
            if error.reason != EMPTY:
                answer = Answer(error.status, None)
                return _unreadable(client, repository.full_name, repository.repo_id, answer)
            refs = [ResolvedRef("", "", EMPTY)]
        resolved = [[ref.ref, ref.commit, ref.reason] for ref in refs]
        of_now = {} if known.get("pushed_at") != repository.pushed_at else heads
        heads = {**of_now, key: resolved}
    facts = {
        "pushed_at": repository.pushed_at,
        "heads": heads,
        "size_kb": repository.size_kb,
        "licence": repository.licence,
    }
    if facts != known:
        ledger.keep_facts(repository.repo_id, repository.full_name, facts)
    return [_with(identity, ref=ref, commit=commit, reason=reason) for ref, commit, reason in resolved]


def _unreadable(client: GithubClient, name: str, repo_id: int | None, answer: Answer) -> list[SnapshotRow]:
    """Returns what stands in the place of a repository that cannot be read."""
    reason = why_unreadable(answer.status) or f"repository-status-{answer.status}"
    if repo_id is None:
        return [_never_seen(client, name, reason)]
    facts = client.ledger.facts(repo_id) or {}
    full_name = client.ledger.name_of(repo_id) or name
    gone = [SnapshotRow(repo_id, full_name, reason=reason)]
    if reason == TAKEN_DOWN:
        purge(client, repo_id)
        return gone
    if reason == GONE:
        now, since = time.time(), client.ledger.absent_since(str(repo_id))
        client.ledger.set_absent(str(repo_id), now)
        if since is None or now - since < client.source.gone_after_h * 3600.0:
            log.warning("%s answers 404; its last state is kept until a later run confirms it", full_name)
            return _last_state(repo_id, full_name, facts) or gone
    return gone


def _never_seen(client: GithubClient, name: str, reason: str) -> SnapshotRow:
    if reason == GONE and not client.source.allow_partial:
        raise SourceError(
            f"GitHub has no repository {name}, or shows it to nobody without the right token",
            f"correct the name, or give {client.source.token_env} (connection {client.source.connection} in "
            "Airflow) a token that may read it; allow_partial: true records it instead",
        )
    return SnapshotRow(0, name, reason=NOT_FOUND if reason == GONE else reason)


def _last_state(repo_id: int, full_name: str, facts: dict[str, object]) -> list[SnapshotRow]:
    heads = facts.get("heads")
    rows = list(heads.values())[-1] if isinstance(heads, dict) and heads else []
    licence = str(facts.get("licence", ""))
    return [SnapshotRow(repo_id, full_name, ref, commit, licence, reason) for ref, commit, reason in rows]


def purge(client: GithubClient, repo_id: int) -> None:
    """Removes what was fetched of a repository that must not be kept: answers, and files only it holds."""
    with open_blob_store(client.source.base_url) as store:
        removed = store.purge(repo_id)
    client.ledger.forget_answers(repo_id)
    client.ledger.set_absent(str(repo_id), None)
    log.warning("repository %d is unavailable for legal reasons (451): %d files purged", repo_id, removed)


def _still_watched(found: Discovery, rows: list[SnapshotRow]) -> list[int]:
    """The ids to ask for if a later listing lacks them: those found, and those not yet surely gone."""
    kept = {row.repo_id for row in rows if row.repo_id and row.reason not in (GONE, TAKEN_DOWN)}
    return sorted(kept | set(found.repositories))


def _with(row: SnapshotRow, **changes: str) -> SnapshotRow:
    return SnapshotRow(**{**asdict(row), **changes})
