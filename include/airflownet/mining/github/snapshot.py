"""The repositories and commits that one run reads: decided once, kept under its hash, the same for everyone.

A snapshot is JSON lines, one row for each ref of each repository, sorted; what is left out is a row with its
reason. When nothing changed on GitHub the hash is the same, and the mining stage has nothing to do.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from airflownet.cache import cache_dir
from airflownet.errors import SourceError
from airflownet.hashing import canonical_json, sha256_text


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
