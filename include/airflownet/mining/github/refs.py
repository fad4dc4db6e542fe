"""From names that move to commits that do not: branches, tags (dereferenced) and patterns of them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from airflownet.mining.github.client import FOR_EVER, GithubClient
from airflownet.mining.github.repository import Repository, why_unreadable

REF_NOT_FOUND = "ref-not-found"
NOT_A_COMMIT = "ref-not-a-commit"
_LONGEST_TAG_CHAIN = 8


@dataclass(frozen=True, slots=True)
class ResolvedRef:
    """One ref of one repository at one moment."""

    ref: str
    """Short name: branch, tag or commit."""
    commit: str
    """Commit SHA-1, empty with a reason."""
    reason: str = ""


def resolve_refs(client: GithubClient, repository: Repository, wanted: tuple[str, ...]) -> list[ResolvedRef]:
    """Returns the commits of the wanted refs, sorted by name, each name once.

    Raises:
        UnreadableError: the repository as a whole is not there any more.
    """
    found: dict[str, ResolvedRef] = {}
    for name in wanted:
        for resolved in _resolved(client, repository, name):
            found.setdefault(resolved.ref, resolved)
    return [found[ref] for ref in sorted(found)]


class UnreadableError(Exception):
    """A repository cannot be read; the status tells why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.reason = why_unreadable(status) or f"repository-status-{status}"


def _resolved(client: GithubClient, repository: Repository, name: str) -> Iterator[ResolvedRef]:
    if name == "default":
        yield _exact(client, repository, f"heads/{repository.default_branch}") or _missing(name)
    elif any(mark in name for mark in "*?["):
        yield from _matching(client, repository, name)
    elif name.startswith(("heads/", "tags/")):
        yield _exact(client, repository, name) or _missing(name)
    else:
        yield (
            _exact(client, repository, f"heads/{name}")
            or _exact(client, repository, f"tags/{name}")
            or _commit(client, repository, name)
            or _missing(name)
        )


def _missing(name: str) -> ResolvedRef:
    return ResolvedRef(name.removeprefix("heads/").removeprefix("tags/"), "", REF_NOT_FOUND)


def _exact(client: GithubClient, repository: Repository, name: str) -> ResolvedRef | None:
    path = f"/repositories/{repository.repo_id}/git/ref/{quote(name)}"
    answer = client.get(path, repo_id=repository.repo_id)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise UnreadableError(answer.status)
    return _dereferenced(client, repository, name, answer.data["object"])


def _matching(client: GithubClient, repository: Repository, pattern: str) -> Iterator[ResolvedRef]:
    prefix = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    path = f"/repositories/{repository.repo_id}/git/matching-refs/{quote(prefix)}"
    for answer in client.pages(path):
        if answer.status != 200:
            raise UnreadableError(answer.status)
        for data in answer.data:
            name = data["ref"].removeprefix("refs/")
            if fnmatch.fnmatchcase(name, pattern):
                yield _dereferenced(client, repository, name, data["object"])


def _commit(client: GithubClient, repository: Repository, name: str) -> ResolvedRef | None:
    if not re.fullmatch(r"[0-9a-f]{40}", name):
        return None
    path = f"/repositories/{repository.repo_id}/git/commits/{name}"
    answer = client.get(path, repo_id=repository.repo_id, max_age_s=FOR_EVER)
    return ResolvedRef(name, name) if answer.status == 200 else None


def _dereferenced(
    client: GithubClient, repository: Repository, name: str, target: dict[str, str]
) -> ResolvedRef:
    short = name.partition("/")[2]
    for _ in range(_LONGEST_TAG_CHAIN):
        if target["type"] == "commit":
            return ResolvedRef(short, target["sha"])
        if target["type"] != "tag":
            break
        path = f"/repositories/{repository.repo_id}/git/tags/{target['sha']}"
        answer = client.get(path, repo_id=repository.repo_id, max_age_s=FOR_EVER)
        if answer.status != 200:
            break
        target = answer.data["object"]
    return ResolvedRef(short, "", NOT_A_COMMIT)
