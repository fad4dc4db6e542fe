"""What is known of one repository, from any of GitHub's answers that describe it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

# Reasons for which a whole repository is left out; each is one row of ``dropped.parquet`` with an empty path.
GONE = "repository-gone"
TAKEN_DOWN = "unavailable-for-legal-reasons"
BLOCKED = "repository-blocked"
EMPTY = "empty-repository"
FORK = "repository-fork"
ARCHIVED = "repository-archived"
DISABLED = "repository-disabled"
NOT_FOUND = "repository-not-found"


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository; its number stays when its name changes."""

    repo_id: int
    full_name: str
    """``owner/name`` as GitHub writes it now."""
    default_branch: str
    pushed_at: str
    """Time of the last push to any ref; while it stays, every ref stays."""
    is_fork: bool
    is_archived: bool
    is_disabled: bool
    licence: str
    """SPDX identifier as GitHub recognised it, ``NOASSERTION`` for one it did not; empty without any."""
    size_kb: int
    refs: tuple[str, ...] = ()
    """Refs named for this repository alone."""

    def with_refs(self, refs: tuple[str, ...]) -> Repository:
        """Returns the repository with these refs beside its own."""
        return replace(self, refs=tuple(dict.fromkeys((*self.refs, *refs))))


def repository_of(data: dict[str, Any]) -> Repository | None:
    """Returns the repository of a full or listed description; None when the answer lacks what is needed."""
    if not data.get("default_branch") or "pushed_at" not in data:
        return None
    return Repository(
        repo_id=int(data["id"]),
        full_name=str(data["full_name"]),
        default_branch=str(data["default_branch"]),
        pushed_at=str(data["pushed_at"] or ""),
        is_fork=bool(data.get("fork")),
        is_archived=bool(data.get("archived")),
        is_disabled=bool(data.get("disabled")),
        licence=str((data.get("license") or {}).get("spdx_id") or ""),
        size_kb=int(data.get("size") or 0),
    )


def why_left_out(repository: Repository, *, include_forks: bool, include_archived: bool) -> str | None:
    """Returns the reason for which the settings leave a repository out."""
    if repository.is_disabled:
        return DISABLED
    if repository.is_fork and not include_forks:
        return FORK
    return ARCHIVED if repository.is_archived and not include_archived else None


def why_unreadable(status: int) -> str | None:
    """Returns what a status says of a repository, None when it says nothing about it as a whole."""
    return {403: BLOCKED, 404: GONE, 409: EMPTY, 410: GONE, 451: TAKEN_DOWN}.get(status)
