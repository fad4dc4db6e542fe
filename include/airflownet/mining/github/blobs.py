"""Brings the files that the store does not have, with as few requests as their number allows.

Many: the commit's archive, one request. Some: GraphQL, a hundred files a request. Few, or without a token: a
request each. Every file is checked against its git SHA-1; what one way does not give right, the next one may.
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from airflownet.mining.github.archive_blobs import blobs_of_archive
from airflownet.mining.github.blob_store import BlobStore
from airflownet.mining.github.client import GithubClient
from airflownet.mining.github.snapshot import SnapshotRow

log = logging.getLogger(__name__)

MOST_PER_QUERY = 100
MOST_BYTES_PER_QUERY = 2_000_000
"""GitHub ends a query after about ten seconds."""
SHA1_MISMATCH, NOT_SERVED = "blob-sha-mismatch", "not-served"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to have."""

    sha1: str
    size_bytes: int


def fetch_blobs(
    client: GithubClient, store: BlobStore, row: SnapshotRow, wanted: Sequence[Wanted]
) -> dict[str, str]:
    """Stores the files that are missing; returns sha1 -> reason for those that cannot be had.

    Raises:
        NetworkError, RateLimitError: what was fetched until then is stored.
    """
    sizes = {blob.sha1: blob.size_bytes for blob in wanted}
    missing = store.missing(sizes)
    client.counts["blobs_spared"] += len(sizes) - len(missing)
    if len(missing) > 1 and not client.access.is_anonymous:
        for part in _parts(missing, sizes):
            store.put(by_graphql(client, [(row, part)]))
        missing = store.missing(missing)
    failed: dict[str, str] = {}
    for sha1 in missing:
        content = _by_rest(client, row, sha1)
        if content is None:
            failed[sha1] = NOT_SERVED
        elif store.put([(sha1, content)]):
            failed[sha1] = SHA1_MISMATCH
    store.hold(row.repo_id, [sha1 for sha1 in sizes if sha1 not in failed])
    return failed


def fetch_archive_if_it_pays(
    client: GithubClient, store: BlobStore, row: SnapshotRow, wanted: Sequence[Wanted]
) -> None:
    """Stores what the commit's archive has of the missing files, where that is fewer requests.

    Raises:
        NetworkError, RateLimitError: see ``client``; a broken archive raises nothing.
    """
    sizes = {blob.sha1: blob.size_bytes for blob in wanted}
    missing = store.missing(sizes)
    if missing and archive_pays(client, row, len(missing)):
        log.info("%s: %d files come as one archive", row.repo, len(missing))
        _store_in_parts(store, blobs_of_archive(client, row, {sha1: sizes[sha1] for sha1 in missing}))


def _store_in_parts(store: BlobStore, contents: Iterator[tuple[str, bytes]]) -> None:
    part: list[tuple[str, bytes]] = []
    size_bytes = 0
    for sha1, content in contents:
        part.append((sha1, content))
        size_bytes += len(content)
        if size_bytes > MOST_BYTES_PER_QUERY:
            store.put(part)
            part, size_bytes = [], 0
    store.put(part)


def archive_pays(client: GithubClient, row: SnapshotRow, n_missing: int) -> bool:
    """Tells whether so many missing files of a commit are had with fewer requests as its archive."""
    size_kb = int((client.ledger.facts(row.repo_id) or {}).get("size_kb", 0))
    if size_kb / 1024 > client.source.max_archive_mb:
        return False
    # Without a token there is no GraphQL, and 60 requests an hour.
    above = 2 if client.access.is_anonymous else client.source.archive_above_files
    return n_missing > above


def _parts(missing: Sequence[str], sizes: dict[str, int]) -> Iterator[list[str]]:
    part: list[str] = []
    size_bytes = 0
    for sha1 in missing:
        if part and (len(part) == MOST_PER_QUERY or size_bytes + sizes[sha1] > MOST_BYTES_PER_QUERY):
            yield part
            part, size_bytes = [], 0
        part.append(sha1)
        size_bytes += sizes[sha1]
    if part:
        yield part


def by_graphql(
    client: GithubClient, groups: Sequence[tuple[SnapshotRow, Sequence[str]]]
) -> Iterator[tuple[str, bytes]]:
    """Yields the files that come whole and as text; a binary or cut one is left for another way.

    Args:
        client: has a token, which GraphQL needs.
        groups: the files of each repository, together at most ``MOST_PER_QUERY``.
    """
    variables: dict[str, str] = {}
    for i, (row, sha1s) in enumerate(groups):
        variables[f"o{i}"], _, variables[f"n{i}"] = row.repo.partition("/")
        variables |= {f"b{i}_{j}": sha1 for j, sha1 in enumerate(sha1s)}
    data = client.graphql(blob_query([len(sha1s) for _, sha1s in groups]), variables)
    for i, (_, sha1s) in enumerate(groups):
        repository: dict[str, Any] = data.get(f"r{i}") or {}
        for j, sha1 in enumerate(sha1s):
            blob = repository.get(f"b{j}") or {}
            if blob.get("text") is not None and not blob["isTruncated"] and not blob.get("isBinary"):
                yield sha1, blob["text"].encode("utf-8", "surrogatepass")


def blob_query(counts: Sequence[int]) -> str:
    """Returns the GraphQL query for so many files of each of some repositories."""
    variables, fields = [], []
    for i, count in enumerate(counts):
        variables += [f"$o{i}: String!, $n{i}: String!", *(f"$b{i}_{j}: GitObjectID!" for j in range(count))]
        files = " ".join(
            f"b{j}: object(oid: $b{i}_{j}) {{ ... on Blob {{ isBinary isTruncated text }} }}"
            for j in range(count)
        )
        fields.append(f"r{i}: repository(owner: $o{i}, name: $n{i}) {{ {files} }}")
    return f"query({', '.join(variables)}) {{ {' '.join(fields)} }}"


def _by_rest(client: GithubClient, row: SnapshotRow, sha1: str) -> bytes | None:
    answer = client.get(f"/repositories/{row.repo_id}/git/blobs/{sha1}", repo_id=row.repo_id, keep=False)
    if answer.status != 200:
        return None
    try:
        return base64.b64decode(answer.data["content"])  # GitHub breaks the lines
    except (binascii.Error, KeyError, TypeError, ValueError):
        return None
