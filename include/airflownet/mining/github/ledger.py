"""What GitHub has answered already: one SQLite file per server, shared by every run and every process.

Answers are kept by (URL, Accept, token class) with their ETag, so that a poll costs nothing when nothing
changed and an answer that can never change is never asked for again. Rate limits stand here too: a shard
that is refused keeps the others from asking. WAL mode (https://www.sqlite.org/wal.html): what is recorded
survives any kill.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from airflownet.cache import cache_dir
from airflownet.shared_database import connect_shared

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    url TEXT NOT NULL, accept TEXT NOT NULL, token_class TEXT NOT NULL, repo_id INTEGER,
    etag TEXT NOT NULL, next_url TEXT NOT NULL, body BLOB NOT NULL, asked_at REAL NOT NULL,
    PRIMARY KEY (url, accept, token_class)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_of_repository ON answers (repo_id);
CREATE TABLE IF NOT EXISTS limits (
    resource TEXT PRIMARY KEY, until REAL NOT NULL, refusals INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS repositories (
    repo_id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, facts TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS members (
    listing TEXT NOT NULL, repo_id INTEGER NOT NULL, PRIMARY KEY (listing, repo_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS absences (
    name TEXT PRIMARY KEY, first_seen REAL NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer as it was given."""

    etag: str
    """Empty when the server gave none."""
    next_url: str
    """The next page, empty on the last."""
    data: Any
    asked_at: float
    """Seconds since the epoch at which GitHub last confirmed it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What is known of one rate limit."""

    until: float
    """Seconds since the epoch until which nothing is asked; 0 without a limit."""
    refusals: int
    """Secondary refusals in a row."""


class GithubLedger:
    """Answers, limits and what is known of each repository. Open it with ``open_ledger``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def answer(self, url: str, accept: str, token_class: str) -> KeptAnswer | None:
        """Returns the kept answer."""
        row = self._connection.execute(
            "SELECT etag, next_url, body, asked_at FROM answers "
            "WHERE url = ? AND accept = ? AND token_class = ?",
            (url, accept, token_class),
        ).fetchone()
        return KeptAnswer(row[0], row[1], json.loads(zlib.decompress(row[2])), row[3]) if row else None

    def keep_answer(
        self, url: str, accept: str, token_class: str, answer: KeptAnswer, repo_id: int | None
    ) -> None:
        """Stores an answer in place of an earlier one; ``repo_id`` lets ``forget_repository`` find it."""
        body = zlib.compress(json.dumps(answer.data, separators=(",", ":")).encode(), 1)
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (url, accept, token_class, repo_id, answer.etag, answer.next_url, body, answer.asked_at),
            )

    def confirm_answer(self, url: str, accept: str, token_class: str, asked_at: float) -> None:
        """Records that the kept answer still holds."""
        with self._connection:
            self._connection.execute(
                "UPDATE answers SET asked_at = ? WHERE url = ? AND accept = ? AND token_class = ?",
                (asked_at, url, accept, token_class),
            )

    def limit(self, resource: str) -> Limit:
        """Returns the limit of a resource (``core``, ``search``, ``code_search``, ``graphql``)."""
        row = self._connection.execute(
            "SELECT until, refusals FROM limits WHERE resource = ?", (resource,)
        ).fetchone()
        return Limit(*row) if row else Limit(0.0, 0)

    def set_limit(self, resource: str, limit: Limit) -> None:
        """Stores the limit of a resource."""
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO limits VALUES (?, ?, ?)", (resource, limit.until, limit.refusals)
            )

    def facts(self, repo_id: int) -> dict[str, Any] | None:
        """Returns what ``keep_facts`` stored of a repository."""
        row = self._connection.execute(
            "SELECT facts FROM repositories WHERE repo_id = ?", (repo_id,)
        ).fetchone()
        return dict(json.loads(row[0])) if row else None

    def id_of(self, full_name: str) -> int | None:
        """Returns the id of the repository last seen under a name, whatever the case of its letters."""
        row = self._connection.execute(
            "SELECT repo_id FROM repositories WHERE lower(full_name) = lower(?) ORDER BY repo_id DESC",
            (full_name,),
        ).fetchone()
        return int(row[0]) if row else None

    def name_of(self, repo_id: int) -> str:
        """Returns the name under which a repository was last seen; empty when it is not known."""
        row = self._connection.execute(
            "SELECT full_name FROM repositories WHERE repo_id = ?", (repo_id,)
        ).fetchone()
        return str(row[0]) if row else ""

    def former_names(self, repo_id: int, full_name: str) -> list[str]:
        """Returns the other names under which a repository was seen before, oldest first."""
        names = [*(self.facts(repo_id) or {}).get("former_names", []), self.name_of(repo_id)]
        return [name for name in dict.fromkeys(names) if name and name.lower() != full_name.lower()]

    def keep_facts(self, repo_id: int, full_name: str, facts: dict[str, Any]) -> None:
        """Stores what a run found out about a repository, in one step."""
        text = json.dumps(facts, sort_keys=True)
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO repositories VALUES (?, ?, ?)", (repo_id, full_name, text)
            )

    def members(self, listing: str) -> list[int]:
        """Returns the ids of the repositories that a listing had when it was last finished, sorted."""
        rows = self._connection.execute(
            "SELECT repo_id FROM members WHERE listing = ? ORDER BY repo_id", (listing,)
        )
        return [repo_id for (repo_id,) in rows]

    def set_members(self, listing: str, repo_ids: Iterable[int]) -> None:
        """Stores the repositories of a finished listing in place of the earlier ones."""
        with self._connection:
            self._connection.execute("DELETE FROM members WHERE listing = ?", (listing,))
            self._connection.executemany(
                "INSERT INTO members VALUES (?, ?)", [(listing, repo_id) for repo_id in repo_ids]
            )

    def absent_since(self, name: str) -> float | None:
        """Returns when a run first found the repository absent; None when it was there."""
        row = self._connection.execute("SELECT first_seen FROM absences WHERE name = ?", (name,)).fetchone()
        return float(row[0]) if row else None

    def set_absent(self, name: str, first_seen: float | None) -> None:
        """Stores the first absence, or with None forgets it."""
        with self._connection:
            if first_seen is None:
                self._connection.execute("DELETE FROM absences WHERE name = ?", (name,))
            else:
                self._connection.execute("INSERT OR IGNORE INTO absences VALUES (?, ?)", (name, first_seen))

    def forget_answers(self, repo_id: int) -> None:
        """Removes every answer about one repository."""
        with self._connection:
            self._connection.execute("DELETE FROM answers WHERE repo_id = ?", (repo_id,))


def server_name(base_url: str) -> str:
    """Returns the folder name that stands for a GitHub server: host and port."""
    return urlsplit(base_url).netloc.replace(":", "_").lower()


def ledger_path(base_url: str) -> Path:
    """Returns where the ledger of a server is kept."""
    return cache_dir("github", server_name(base_url)) / "ledger.sqlite"


@contextlib.contextmanager
def open_ledger(base_url: str) -> Iterator[GithubLedger]:
    """Yields the ledger of a server; other processes may use it at the same time."""
    connection = connect_shared(ledger_path(base_url), check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.executescript(_SCHEMA)
        yield GithubLedger(connection)
    finally:
        connection.close()
