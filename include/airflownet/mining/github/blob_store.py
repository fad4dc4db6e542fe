"""Files of GitHub repositories by their git object name, each fetched once however many repositories hold it.

What is in the store has the SHA-1 it is stored under. ``purge`` removes what only one repository held, after
a takedown.
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence

from airflownet.cache import cache_dir
from airflownet.mining.github.ledger import server_name
from airflownet.mining.source import git_blob_sha1
from airflownet.shared_database import connect_shared

_SCHEMA = """
CREATE TABLE IF NOT EXISTS blobs (sha1 TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS holders (
    sha1 TEXT NOT NULL, repo_id INTEGER NOT NULL, PRIMARY KEY (sha1, repo_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_by ON holders (repo_id);
"""
_AT_ONCE = 500  # SQLite's oldest limit on variables is 999


class BlobStore:
    """Contents by git blob SHA-1. Open it with ``open_blob_store``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def missing(self, sha1s: Iterable[str]) -> list[str]:
        """Returns those that are not stored, in the given order, each once."""
        wanted = list(dict.fromkeys(sha1s))
        found: set[str] = set()
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            query = f"SELECT sha1 FROM blobs WHERE sha1 IN ({marks})"  # noqa: S608
            found.update(sha1 for (sha1,) in self._connection.execute(query, part))
        return [sha1 for sha1 in wanted if sha1 not in found]

    def get(self, sha1: str) -> bytes | None:
        """Returns the content, None when it is not stored."""
        row = self._connection.execute("SELECT content FROM blobs WHERE sha1 = ?", (sha1,)).fetchone()
        return zlib.decompress(row[0]) if row else None

    def put(self, contents: Iterable[tuple[str, bytes]]) -> list[str]:
        """Stores contents in one step; returns the names of those whose bytes have another SHA-1.

        Those are not stored.
        """
        right, wrong = [], []
        for sha1, content in contents:
            if git_blob_sha1(content) == sha1:
                right.append((sha1, zlib.compress(content, 3)))
            else:
                wrong.append(sha1)
        with self._connection:
            self._connection.executemany("INSERT OR IGNORE INTO blobs VALUES (?, ?)", right)
        return wrong

    def hold(self, repo_id: int, sha1s: Sequence[str]) -> None:
        """Records that a repository has these files."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR IGNORE INTO holders VALUES (?, ?)", [(sha1, repo_id) for sha1 in sha1s]
            )

    def purge(self, repo_id: int) -> int:
        """Removes the files that only this repository holds, overwriting them; returns their number."""
        with self._connection:
            removed = self._connection.execute(
                "DELETE FROM blobs WHERE sha1 IN (SELECT sha1 FROM holders WHERE repo_id = ?) "
                "AND sha1 NOT IN (SELECT sha1 FROM holders WHERE repo_id != ?)",
                (repo_id, repo_id),
            ).rowcount
            self._connection.execute("DELETE FROM holders WHERE repo_id = ?", (repo_id,))
        return removed


@contextlib.contextmanager
def open_blob_store(base_url: str) -> Iterator[BlobStore]:
    """Yields the store of one GitHub server; other processes may use it at the same time."""
    path = cache_dir("github", server_name(base_url)) / "blobs.sqlite"
    connection = connect_shared(path, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.executescript(_SCHEMA)
        yield BlobStore(connection)
    finally:
        connection.close()
