"""Who is generating which answer right now, so that two workers on one ledger never pay for one twice.

A worker claims a key before it asks a server for it. The claim is a row beside the answers; it ends with
the answer, with the worker, or when the worker did not renew it in time.
"""

from __future__ import annotations

import secrets
import socket
import sqlite3
import time
from enum import Enum

from airflownet.llama.process import ProcessIdentity, is_alive, own_identity

LEASE_S = 60.0


class Claim(Enum):
    """What became of a claim."""

    MINE = "mine"
    HELD = "held by another worker"
    DONE = "answered"


class Leases:
    """The claims of one worker in one ledger; open it with ``Ledger.leases()``.

    Args:
        connection: of the ledger.
        lease_s: a claim that is not renewed for so long is free, in seconds.
    """

    def __init__(self, connection: sqlite3.Connection, lease_s: float = LEASE_S) -> None:
        self._connection = connection
        self.lease_s = lease_s
        process = own_identity()
        self._owner = (secrets.token_hex(8), process.host, process.pid, process.born_at)

    def claim(self, key: str) -> Claim:
        """Returns MINE when this worker shall generate the answer, which it then must record or release."""
        if self._take(key):
            return Claim.MINE
        if self._is_answered(key):
            return Claim.DONE
        # A worker that died on this machine cannot answer any more; no need to wait for its lease to end.
        return Claim.MINE if self._free_if_dead(key) and self._take(key) else Claim.HELD

    def renew(self) -> None:
        """Extends all claims of this worker; call it several times in ``lease_s``."""
        with self._connection:
            self._connection.execute(
                "UPDATE leases SET expires_at = ? WHERE owner = ?",
                (time.time() + self.lease_s, self._owner[0]),
            )

    def release(self) -> None:
        """Gives up what this worker claimed and did not answer."""
        with self._connection:
            self._connection.execute("DELETE FROM leases WHERE owner = ?", (self._owner[0],))

    def _take(self, key: str) -> bool:
        now = time.time()
        with self._connection:
            cursor = self._connection.execute(
                "INSERT INTO leases SELECT ?, ?, ?, ?, ?, ? "
                "WHERE NOT EXISTS (SELECT 1 FROM answers WHERE key = ? AND is_final = 1) "
                "ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, host = excluded.host, "
                "pid = excluded.pid, born_at = excluded.born_at, expires_at = excluded.expires_at "
                "WHERE leases.expires_at < ? OR leases.owner = excluded.owner",
                (key, *self._owner, now + self.lease_s, key, now),
            )
        return cursor.rowcount > 0

    def _is_answered(self, key: str) -> bool:
        query = "SELECT 1 FROM answers WHERE key = ? AND is_final = 1"
        return self._connection.execute(query, (key,)).fetchone() is not None

    def _free_if_dead(self, key: str) -> bool:
        query = "SELECT owner, host, pid, born_at FROM leases WHERE key = ?"
        row = self._connection.execute(query, (key,)).fetchone()
        if row is None:
            return True
        owner, host, pid, born_at = row
        if host != socket.gethostname() or is_alive(ProcessIdentity(pid, born_at, host)):
            return False
        with self._connection:
            self._connection.execute("DELETE FROM leases WHERE owner = ?", (owner,))
        return True
