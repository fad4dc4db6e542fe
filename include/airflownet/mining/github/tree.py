"""The files of one commit: git's tree through the API, also where it is too large for one answer.

A tree of more than 100,000 entries or 7 MB comes truncated
(https://docs.github.com/en/rest/git/trees#get-a-tree); then its folders are asked for one by one. Folders of
other people's code are not entered: each is one entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from airflownet.mining.github.client import FOR_EVER, GithubClient
from airflownet.mining.github.refs import UnreadableError
from airflownet.mining.licence_files import VENDORED

FOLDER, LINK, SUBMODULE = "040000", "120000", "160000"
VENDORED_FOLDER, TRUNCATED_FOLDER = "vendored", "truncated"


@dataclass(frozen=True, slots=True, order=True)
class TreeEntry:
    """One path of a commit."""

    path: str
    mode: str
    """Git's file mode; ``vendored`` or ``truncated`` for a folder that was not, or could not be, listed."""
    sha1: str
    size_bytes: int


def list_tree(client: GithubClient, repo_id: int, commit: str) -> list[TreeEntry]:
    """Returns every entry of a commit but folders, sorted by path.

    Raises:
        UnreadableError: the repository is not there any more.
        NetworkError, RateLimitError: see ``client``.
    """
    whole = _tree(client, repo_id, commit, recursive=True)
    entries = _entries(whole, "") if not whole["truncated"] else _walked(client, repo_id, commit, "")
    return sorted(set(entries))


def _walked(client: GithubClient, repo_id: int, sha1: str, prefix: str) -> Iterator[TreeEntry]:
    """Yields a folder's entries, its own first, then each folder below in one answer where that is enough."""
    here = _tree(client, repo_id, sha1, recursive=False)
    if here["truncated"]:
        yield TreeEntry(prefix, TRUNCATED_FOLDER, sha1, 0)
    for data in here["tree"]:
        path = prefix + data["path"]
        if data["mode"] != FOLDER or data["path"].lower() in VENDORED:
            yield from _entries({"tree": [data]}, prefix)
            continue
        below = _tree(client, repo_id, data["sha"], recursive=True)
        if below["truncated"]:
            yield from _walked(client, repo_id, data["sha"], path + "/")
        else:
            yield from _entries(below, path + "/")


def _tree(client: GithubClient, repo_id: int, sha1: str, *, recursive: bool) -> dict[str, Any]:
    path = f"/repositories/{repo_id}/git/trees/{sha1}"
    # Any value means recursive, 0 too: to say no is to leave it out.
    parameters = {"recursive": 1} if recursive else {}
    answer = client.get(path, repo_id=repo_id, max_age_s=FOR_EVER, parameters=parameters)
    if answer.status != 200:
        raise UnreadableError(answer.status)
    return dict(answer.data)


def _entries(tree: dict[str, Any], prefix: str) -> Iterator[TreeEntry]:
    for data in tree["tree"]:
        path = prefix + data["path"]
        folders = path.split("/")
        names = folders if data["mode"] == FOLDER else folders[:-1]
        depth = next((i for i, name in enumerate(names) if name.lower() in VENDORED), None)
        if depth is not None:
            yield TreeEntry("/".join(folders[: depth + 1]) + "/", VENDORED_FOLDER, "", 0)
        elif data["mode"] != FOLDER:
            yield TreeEntry(path, data["mode"], data["sha"], int(data.get("size") or 0))
