"""What was drawn: one row per key, on disk when ``record`` returns, kept through any kill.

It lies beside the rounds, not in one of their folders: another threshold, another number of rounds or an
update of the code draws nothing again that was drawn with the same model, prompt and samplers.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from airflownet.cache import cache_dir
from airflownet.hashing import sha256_text
from airflownet.improvement.drawn_answer import DrawnAnswer
from airflownet.locations import is_local, local_path
from airflownet.shared_database import connect_shared

LEDGER = "draws.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS draws (key TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID"


class DrawLedger:
    """Answers by key. Open it with ``open_draw_ledger``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def record(self, answer: DrawnAnswer) -> None:
        """Stores an answer unless one is there."""
        row = (answer.key, json.dumps(asdict(answer)))
        with self._connection:
            self._connection.execute("INSERT OR IGNORE INTO draws VALUES (?, ?)", row)

    def get(self, key: str) -> DrawnAnswer | None:
        """Returns the answer of a key; None when it was not drawn yet."""
        found = self._connection.execute("SELECT answer FROM draws WHERE key = ?", (key,)).fetchone()
        return DrawnAnswer(**json.loads(found[0])) if found else None

    def forget(self, keys: Iterable[str]) -> None:
        """Takes answers out, so that they are drawn again."""
        with self._connection:
            self._connection.executemany("DELETE FROM draws WHERE key = ?", ((key,) for key in keys))


@contextlib.contextmanager
def open_draw_ledger(output: str) -> Iterator[DrawLedger]:
    """Yields the ledger of a stage's output: two folders up, beside the rounds; in the cache for a URL."""
    if is_local(output):
        path = local_path(output).parent.parent / LEDGER
    else:
        path = cache_dir("draws", sha256_text(output.rsplit("/", 2)[0])[:16]) / LEDGER
    yield from _opened(path)


def _opened(path: Path) -> Iterator[DrawLedger]:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = connect_shared(path)
    try:
        connection.execute(_SCHEMA)
        yield DrawLedger(connection)
    finally:
        connection.close()
