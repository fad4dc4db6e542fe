"""What was generated: one row per key, written once, kept through any kill.

SQLite in WAL mode (https://www.sqlite.org/wal.html): an answer is on disk when ``record`` returns, a
process that dies loses only what was in flight.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflownet.llama.leases import LEASE_S, Leases
from airflownet.shared_database import connect_shared

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, completion TEXT NOT NULL, stop_type TEXT NOT NULL, truncated INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL,
    prompt_ms REAL NOT NULL, completion_ms REAL NOT NULL, error TEXT NOT NULL, is_final INTEGER NOT NULL,
    server TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS servers (id TEXT PRIMARY KEY, description TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leases (
    key TEXT PRIMARY KEY, owner TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
    born_at REAL NOT NULL, expires_at REAL NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one work item: a completion, or the error in its place."""

    key: str
    completion: str
    stop_type: str
    truncated: bool
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    prompt_ms: float
    completion_ms: float
    error: str
    is_final: bool
    """False for an error that another run may not meet; it is generated again then."""
    server: str


_COLUMNS = tuple(field.name for field in dataclasses.fields(Answer))


class Ledger:
    """Answers by key. Open it with ``open_ledger``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def record(self, answer: Answer) -> bool:
        """Stores the answer unless a final one is there; returns whether it was stored."""
        row = dataclasses.astuple(answer)
        columns, marks = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
        changes = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
        with self._connection:
            cursor = self._connection.execute(
                f"INSERT INTO answers ({columns}) VALUES ({marks}) "  # noqa: S608
                f"ON CONFLICT (key) DO UPDATE SET {changes} WHERE is_final = 0",
                row,
            )
            self._connection.execute("DELETE FROM leases WHERE key = ?", (answer.key,))
        return cursor.rowcount > 0

    def leases(self, lease_s: float = LEASE_S) -> Leases:
        """Returns a new worker's claims on answers that are being generated."""
        return Leases(self._connection, lease_s)

    def get(self, key: str) -> Answer | None:
        """Returns the answer with the key."""
        query = f"SELECT {', '.join(_COLUMNS)} FROM answers WHERE key = ?"  # noqa: S608
        row = self._connection.execute(query, (key,)).fetchone()
        return _answer(row) if row else None

    def final_keys(self) -> set[str]:
        """Returns the keys that need not be generated any more."""
        return {key for (key,) in self._connection.execute("SELECT key FROM answers WHERE is_final = 1")}

    def describe_server(self, server_id: str, description: Mapping[str, Any]) -> None:
        """Stores what a server's fingerprint stands for."""
        with self._connection:
            self._connection.execute(
                "INSERT OR IGNORE INTO servers VALUES (?, ?)",
                (server_id, json.dumps(description, sort_keys=True)),
            )

    def servers(self) -> dict[str, Any]:
        """Returns fingerprint -> description, sorted."""
        rows = self._connection.execute("SELECT id, description FROM servers ORDER BY id")
        return {server_id: json.loads(description) for server_id, description in rows}

    def take_over(self, earlier: Path, keys: Iterable[str]) -> int:
        """Copies final answers with these keys from another ledger; returns their number.

        A ledger that cannot be read is left alone: its answers are generated again.
        """
        count = 0
        with contextlib.suppress(sqlite3.Error), open_ledger(earlier) as source:
            for key in sorted(keys):
                answer = source.get(key)
                if answer is not None and answer.is_final:
                    count += self.record(answer)
            for server_id, description in source.servers().items():
                self.describe_server(server_id, description)
        return count


@contextlib.contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """Yields the ledger in the file, created when missing; a single file is left when the block ends."""
    connection = connect_shared(path)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
        yield Ledger(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _answer(row: tuple[Any, ...]) -> Answer:
    fields = dict(zip(_COLUMNS, row, strict=True))
    return Answer(**{**fields, "truncated": bool(fields["truncated"]), "is_final": bool(fields["is_final"])})
