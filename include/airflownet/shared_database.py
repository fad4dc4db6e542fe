"""A SQLite file that several processes write to at once: ledgers and stores of what was asked for.

Source: SQLite, "Write-Ahead Logging". The change to WAL needs the file for itself, and SQLite answers it with
"database is locked" at once, whatever the timeout, when two processes open a new file at the same moment.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

BUSY_TIMEOUT_S = 60.0
_WAIT_S = 0.05


def connect_shared(path: Path, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Returns a connection to the file in WAL mode; the file is made when it is missing.

    Args:
        path: the file; its folder exists.
        check_same_thread: refuse use by another thread than the one that opened it.

    Raises:
        sqlite3.OperationalError: it cannot be opened, or was locked for ``BUSY_TIMEOUT_S``.
    """
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=check_same_thread)
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    try:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return connection
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(_WAIT_S)
    except BaseException:
        connection.close()
        raise
