"""Asks one GitHub what there is now: repositories, the commits of their refs, and what cannot be read."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from typing import Any

from airflownet.errors import FunnelGapError, SourceError
from airflownet.hashing import canonical_json, sha256_text
from airflownet.mining.github.client import Answer, GithubClient, open_client
from airflownet.mining.github.default_heads import default_heads
from airflownet.mining.github.discovery import Discovery, discover, listing_key
from airflownet.mining.github.opted_out import OptedOutRepositories
from airflownet.mining.github.purge import purge
from airflownet.mining.github.refs import REF_NOT_FOUND, ResolvedRef, UnreadableError, resolve_refs
from airflownet.mining.github.repository import (
    BLOCKED,
    EMPTY,
    GONE,
    NOT_FOUND,
    TAKEN_DOWN,
    Repository,
    why_left_out,
    why_unreadable,
)
from airflownet.mining.github.settings import GithubSource
from airflownet.mining.github.snapshot import SnapshotRow, describe, write_snapshot
from airflownet.mining.opt_out import NOBODY, OPTED_OUT, OptOut
from airflownet.progress import progress

log = logging.getLogger(__name__)


def take_snapshot(source: GithubSource, opt_out: OptOut = NOBODY) -> str:
    """Asks GitHub what there is and returns the hash of the snapshot, which stands in the cache.

    Of a repository on the opt-out list nothing is asked, and what was fetched of it before is removed.

    Raises:
        FunnelGapError: a listing stayed incomplete and the source does not allow it.
        SourceError: a listing or a named repository cannot be read.
        NetworkError, RateLimitError: what was answered until then is kept.
    """
    with open_client(source) as client:
        opted_out = OptedOutRepositories(client, opt_out)
        found = discover(client, opted_out)
        rows = [SnapshotRow(0, gap.what, reason=gap.reason) for gap in found.gaps]
        if rows and not source.allow_partial:
            raise FunnelGapError(
                f"{len(rows)} listings of GitHub stay incomplete, as {rows[0].repo!r} ({rows[0].reason})",
                "run again later, make the query narrower, or set allow_partial: true to record the gaps",
            )
        rows += [SnapshotRow(repo_id, name, reason=OPTED_OUT) for name, repo_id in found.opted_out.items()]
        for name, (repo_id, answer) in sorted(found.unreadable.items()):
            rows += _unreadable(client, name, repo_id, answer)
        repositories = [repository for _, repository in sorted(found.repositories.items())]
        with progress("Reading heads", len(repositories), "repositories") as bar:
            out = {repository.repo_id for repository in repositories if opted_out.has(repository)}
            unknown = [r for r in repositories if r.repo_id not in out and _is_default_asked(client, r)]
            heads = default_heads(client, unknown)
            for repository in repositories:
                if repository.repo_id in out:
                    rows.append(SnapshotRow(repository.repo_id, repository.full_name, reason=OPTED_OUT))
                else:
                    rows += _live(client, repository, heads.get(repository.repo_id))
                bar.advance(note=repository.full_name)
        client.ledger.set_members(listing_key(client), _still_watched(found, rows))
        log.info("GitHub: %s", describe(client.counts))
    return write_snapshot(rows)


def _is_default_asked(client: GithubClient, repository: Repository) -> bool:
    """Tells whether the head of the default branch, and no other ref, has to be asked for."""
    source = client.source
    left_out = why_left_out(
        repository, include_forks=source.include_forks, include_archived=source.include_archived
    )
    if left_out is not None or (repository.refs or source.refs) != ("default",):
        return False
    known = client.ledger.facts(repository.repo_id) or {}
    return not repository.pushed_at or _state_key(client, repository) not in known.get("heads", {})


def _state_key(client: GithubClient, repository: Repository) -> str:
    """Returns what names the state in which the wanted refs point where they point."""
    wanted = repository.refs or client.source.refs
    state = [repository.pushed_at, repository.default_branch, list(wanted)]
    return sha256_text(canonical_json(state))[:16]


def _live(client: GithubClient, repository: Repository, head: ResolvedRef | None) -> list[SnapshotRow]:
    """Returns the rows of a repository; its refs are asked for only when something was pushed.

    ``head`` is that of the default branch, where it is all that is wanted and known already.
    """
    source, ledger = client.source, client.ledger
    client.ledger.set_absent(str(repository.repo_id), None)
    identity = SnapshotRow(repository.repo_id, repository.full_name, licence=repository.licence)
    reason = why_left_out(
        repository, include_forks=source.include_forks, include_archived=source.include_archived
    )
    if reason is not None:
        return [_with(identity, reason=reason)]
    wanted = repository.refs or source.refs
    known = ledger.facts(repository.repo_id) or {}
    heads: dict[str, list[list[str]]] = known.get("heads", {})
    key = _state_key(client, repository)
    if key in heads and repository.pushed_at:
        client.counts["spared"] += len(heads[key])
        resolved = heads[key]
    else:
        try:
            refs = [head] if head is not None else resolve_refs(client, repository, wanted)
        except UnreadableError as error:
            if error.reason != EMPTY:
                answer = Answer(error.status, None)
                return _unreadable(client, repository.full_name, repository.repo_id, answer)
            refs = [ResolvedRef("", "", EMPTY)]
        _require_named(source, repository, refs, known)
        resolved = [[ref.ref, ref.commit, ref.reason] for ref in refs]
        of_now = {} if known.get("pushed_at") != repository.pushed_at else heads
        heads = {**of_now, key: resolved}
    former = client.ledger.former_names(repository.repo_id, repository.full_name)
    facts = {
        **({"former_names": former} if former else {}),
        "pushed_at": repository.pushed_at,
        "heads": heads,
        "size_kb": repository.size_kb,
        "licence": repository.licence,
    }
    if facts != known:
        ledger.keep_facts(repository.repo_id, repository.full_name, facts)
    return [_with(identity, ref=ref, commit=commit, reason=reason) for ref, commit, reason in resolved]


def _require_named(
    source: GithubSource, repository: Repository, refs: list[ResolvedRef], known: dict[str, Any]
) -> None:
    """A ref that is named for one repository must be there, or have been there in an earlier run.

    Raises:
        SourceError: it never was, and the source does not allow that.
    """
    seen = {ref for rows in known.get("heads", {}).values() for ref, *_ in rows}
    named = {name.removeprefix("heads/").removeprefix("tags/") for name in repository.refs}
    for ref in refs:
        if ref.reason == REF_NOT_FOUND and ref.ref in named - seen and not source.allow_partial:
            raise SourceError(
                f"{repository.full_name} has no branch, tag or commit {ref.ref!r}",
                "correct the name behind the @; allow_partial: true records it instead",
            )


def _unreadable(client: GithubClient, name: str, repo_id: int | None, answer: Answer) -> list[SnapshotRow]:
    """Returns what stands in the place of a repository that cannot be read."""
    reason = why_unreadable(answer.status) or f"repository-status-{answer.status}"
    if repo_id is None:
        return [_never_seen(client, name, reason, answer)]
    facts = client.ledger.facts(repo_id) or {}
    full_name = client.ledger.name_of(repo_id) or name
    gone = [SnapshotRow(repo_id, full_name, reason=reason)]
    if reason == TAKEN_DOWN:
        purge(client, repo_id, TAKEN_DOWN)
        return gone
    if reason in (GONE, BLOCKED):  # a token that has lost a right is told the same
        now, since = time.time(), client.ledger.absent_since(str(repo_id))
        client.ledger.set_absent(str(repo_id), now)
        if since is None or now - since < client.source.gone_after_h * 3600.0:
            log.warning(
                "%s answers %d; its last state is kept until a later run confirms it",
                full_name,
                answer.status,
            )
            return _last_state(repo_id, full_name, facts) or gone
    return gone


def _never_seen(client: GithubClient, name: str, reason: str, answer: Answer) -> SnapshotRow:
    if reason == BLOCKED and not client.source.allow_partial:
        raise SourceError(
            f"GitHub refuses the repository {name} (403): {answer.message or 'no reason given'}",
            f"give {client.source.token_env} (connection {client.source.connection} in Airflow) a token that "
            "may read it (single sign-on authorised?); allow_partial: true records it instead",
        )
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


def _still_watched(found: Discovery, rows: list[SnapshotRow]) -> list[int]:
    """The ids to ask for if a later listing lacks them: those found, and those not yet surely gone."""
    kept = {row.repo_id for row in rows if row.repo_id and row.reason not in (GONE, TAKEN_DOWN)}
    return sorted(kept | set(found.repositories))


def _with(row: SnapshotRow, **changes: str) -> SnapshotRow:
    return SnapshotRow(**{**asdict(row), **changes})
