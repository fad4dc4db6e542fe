"""What was asked, submitted, answered and paid: SQLite, written before and after every step.

A submission is noted with its requests *before* the batch is created, its id as soon as it is known. So a
process may die anywhere: the next one finds the batch again by id, or by its requests in Anthropic's list.
"""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from airflownet.message_batches import ledger_copy
from airflownet.message_batches.request import Reply
from airflownet.shared_database import connect_shared

_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, text TEXT NOT NULL, stop_reason TEXT NOT NULL, model TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, usd REAL NOT NULL,
    error TEXT NOT NULL, batch_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS submissions (
    id INTEGER PRIMARY KEY, batch_id TEXT UNIQUE, noted_at REAL NOT NULL, n_requests INTEGER NOT NULL,
    most_usd REAL NOT NULL, state TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS submitted (
    submission INTEGER NOT NULL, key TEXT NOT NULL, failure TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (submission, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS submitted_key ON submitted (key);
"""
_COLUMNS = tuple(field.name for field in dataclasses.fields(Reply))


@dataclass(frozen=True, slots=True)
class Submission:
    """One batch, from the intention to its results."""

    id: int
    batch_id: str
    """Empty while only the intention is known."""
    noted_at: float
    """Seconds since the epoch."""
    n_requests: int


class BatchLedger:
    """Replies by key, and batches. Open it with ``open_batch_ledger``."""

    def __init__(self, connection: sqlite3.Connection, path: Path, copy: str = "") -> None:
        self._connection = connection
        self.path = path
        self._copy = copy

    def reply(self, key: str) -> Reply | None:
        """Returns the final reply, or the error that no further attempt will mend; None without either."""
        query = f"SELECT {', '.join(_COLUMNS)} FROM replies WHERE key = ?"  # noqa: S608
        row = self._connection.execute(query, (key,)).fetchone()
        return Reply(*row) if row else None

    def note(self, keys: Sequence[str], most_usd: float) -> Submission:
        """Notes the intention to submit these requests; on disk, and in the copy, when this returns."""
        now = time.time()
        with self._connection:
            cursor = self._connection.execute(
                "INSERT INTO submissions (noted_at, n_requests, most_usd, state) VALUES (?, ?, ?, 'open')",
                (now, len(keys), most_usd),
            )
            submission = int(cursor.lastrowid or 0)
            self._connection.executemany(
                "INSERT INTO submitted (submission, key) VALUES (?, ?)", [(submission, key) for key in keys]
            )
        self._push(submission)
        return Submission(submission, "", now, len(keys))

    def submitted(self, submission: Submission, batch_id: str) -> Submission:
        """Notes the batch's id."""
        with self._connection:
            self._connection.execute(
                "UPDATE submissions SET batch_id = ? WHERE id = ?", (batch_id, submission.id)
            )
        self._push(submission.id)
        return dataclasses.replace(submission, batch_id=batch_id)

    def withdraw(self, submission: Submission) -> None:
        """Forgets an intention that never became a batch."""
        if self._copy:
            ledger_copy.withdraw(self._connection, submission.id, self._copy)
        with self._connection:
            self._connection.execute("DELETE FROM submitted WHERE submission = ?", (submission.id,))
            self._connection.execute("DELETE FROM submissions WHERE id = ?", (submission.id,))

    def collect(
        self, submission: Submission, replies: Iterable[Reply], failures: Iterable[tuple[str, str]]
    ) -> None:
        """Stores a whole batch's results and closes it, or nothing.

        Args:
            submission: the batch.
            replies: final ones.
            failures: (key, why) of requests that may be submitted again.
        """
        changes = ", ".join("?" * len(_COLUMNS))
        with self._connection:
            self._connection.executemany(
                f"INSERT OR IGNORE INTO replies VALUES ({changes})",  # noqa: S608
                [dataclasses.astuple(reply) for reply in replies],
            )
            self._connection.executemany(
                "UPDATE submitted SET failure = ? WHERE submission = ? AND key = ?",
                [(why, submission.id, key) for key, why in failures],
            )
            self._connection.execute("UPDATE submissions SET state = 'closed' WHERE id = ?", (submission.id,))
        self._push(submission.id)

    def _push(self, submission: int) -> None:
        if self._copy:
            ledger_copy.push(self._connection, submission, self._copy)

    def open_submissions(self) -> list[Submission]:
        """Returns batches whose results are not here yet, oldest first."""
        rows = self._connection.execute(
            "SELECT id, COALESCE(batch_id, ''), noted_at, n_requests FROM submissions "
            "WHERE state = 'open' ORDER BY id"
        )
        return [Submission(*row) for row in rows]

    def keys_of(self, submission: Submission) -> set[str]:
        """Returns the requests of one batch."""
        query = "SELECT key FROM submitted WHERE submission = ?"
        return {key for (key,) in self._connection.execute(query, (submission.id,))}

    def open_keys(self) -> set[str]:
        """Returns requests that are in a batch whose results are not here yet."""
        query = "SELECT key FROM submitted JOIN submissions ON submission = id WHERE state = 'open'"
        return {key for (key,) in self._connection.execute(query)}

    def failures(self, key: str) -> list[str]:
        """Returns why earlier attempts at a request failed, oldest first."""
        query = "SELECT failure FROM submitted WHERE key = ? AND failure != '' ORDER BY submission"
        return [failure for (failure,) in self._connection.execute(query, (key,))]

    def known_batches(self) -> set[str]:
        """Returns the ids of all batches noted here."""
        query = "SELECT batch_id FROM submissions WHERE batch_id IS NOT NULL"
        return {batch_id for (batch_id,) in self._connection.execute(query)}

    def paid_usd(self) -> float:
        """Returns what all replies here cost."""
        return float(self._connection.execute("SELECT COALESCE(SUM(usd), 0) FROM replies").fetchone()[0])

    def committed_usd(self) -> float:
        """Returns what was paid plus the most that open batches can cost."""
        query = "SELECT COALESCE(SUM(most_usd), 0) FROM submissions WHERE state = 'open'"
        return self.paid_usd() + float(self._connection.execute(query).fetchone()[0])


@contextlib.contextmanager
def open_batch_ledger(path: Path, copy: str = "") -> Iterator[BatchLedger]:
    """Yields the ledger in the file, created when missing.

    Args:
        path: the file.
        copy: URL of its copy in an object store, by which other workers know what this one did; empty
            without one.

    Raises:
        NetworkError: the copy cannot be read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = connect_shared(path)
    try:
        connection.execute("PRAGMA synchronous = FULL")  # money: a power cut must not lose an intention
        connection.executescript(_SCHEMA)
        if copy:
            ledger_copy.synchronise(connection, copy)
        yield BatchLedger(connection, path, copy)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
