"""A ledger's copy in an object store, so that what one worker submitted is known on the next.

One JSON file for each submission: the intention before the batch is created, its id, in the end the replies.
Files of two workers never meet: a file is named after its requests and its moment. A worker that begins takes
over what the store knows, and brings what it knows better itself.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from airflownet import object_store
from airflownet.hashing import sha256_text
from airflownet.locations import is_local
from airflownet.message_batches.request import Reply

_REPLY = tuple(field.name for field in dataclasses.fields(Reply))


def copy_location(output: str, name: str) -> str:
    """Returns where the copy of a ledger stands: beside the stage's output; empty for a local output.

    Args:
        output: path or URL of the stage's folder.
        name: of the ledger.
    """
    return "" if is_local(output) else f"{output.rstrip('/').rsplit('/', 1)[0]}/requests/{name}"


def push(connection: sqlite3.Connection, submission: int, location: str) -> None:
    """Writes what the ledger knows of a submission; removes the file when the ledger does not know it.

    Raises:
        NetworkError: the store does not answer.
    """
    known = _read(connection, submission)
    if known is not None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "submission.json"
            file.write_text(json.dumps(known), encoding="utf-8")
            object_store.upload(file, location, _name(known))


def withdraw(connection: sqlite3.Connection, submission: int, location: str) -> None:
    """Removes the file of a submission that never became a batch; call before the ledger forgets it."""
    known = _read(connection, submission)
    if known is not None:
        object_store.remove(location, [_name(known)])


def synchronise(connection: sqlite3.Connection, location: str) -> None:
    """Takes over what the store knows and the ledger does not, and the other way round.

    Raises:
        NetworkError: the store does not answer.
    """
    stored = {name: json.loads(object_store.read_text(location, name)) for name in _names(location)}
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM submissions ORDER BY id")]
        own = {_name(known): (id_, known) for id_ in ids if (known := _read(connection, id_))}
        for name, other in sorted(stored.items()):
            id_, known = own.get(name, (None, None))
            if known is None or _progress(other) > _progress(known):
                _take_over(connection, id_, other)
    for name, (id_, known) in own.items():
        if name not in stored or _progress(known) > _progress(stored[name]):
            push(connection, id_, location)


def _names(location: str) -> list[str]:
    return [name for name in object_store.names_below(location) if name.endswith(".json")]


def _name(known: dict[str, Any]) -> str:
    return sha256_text(json.dumps([known["noted_at"], sorted(known["keys"])]))[:24] + ".json"


def _progress(known: dict[str, Any]) -> int:
    return 2 if known["state"] == "closed" else int(bool(known["batch_id"]))


def _read(connection: sqlite3.Connection, submission: int) -> dict[str, Any] | None:
    row = connection.execute(
        "SELECT COALESCE(batch_id, ''), noted_at, n_requests, most_usd, state FROM submissions WHERE id = ?",
        (submission,),
    ).fetchone()
    if row is None:
        return None
    batch_id, noted_at, n_requests, most_usd, state = row
    keys = dict(
        connection.execute(
            "SELECT key, failure FROM submitted WHERE submission = ? ORDER BY key", (submission,)
        )
    )
    replies = connection.execute(
        f"SELECT {', '.join(_REPLY)} FROM replies WHERE batch_id = ? ORDER BY key",  # noqa: S608
        (batch_id,),
    ).fetchall()
    return {
        "batch_id": batch_id,
        "noted_at": noted_at,
        "n_requests": n_requests,
        "most_usd": most_usd,
        "state": state,
        "keys": keys,
        "replies": [list(reply) for reply in replies if batch_id],
    }


def _take_over(connection: sqlite3.Connection, submission: int | None, other: dict[str, Any]) -> None:
    values = (
        other["batch_id"] or None,
        other["noted_at"],
        other["n_requests"],
        other["most_usd"],
        other["state"],
    )
    if submission is None:
        cursor = connection.execute(
            "INSERT INTO submissions (batch_id, noted_at, n_requests, most_usd, state) "
            "VALUES (?, ?, ?, ?, ?)",
            values,
        )
        submission = int(cursor.lastrowid or 0)
    else:
        connection.execute(
            "UPDATE submissions SET batch_id = ?, state = ? WHERE id = ?", (values[0], values[-1], submission)
        )
    connection.executemany(
        "INSERT OR REPLACE INTO submitted (submission, key, failure) VALUES (?, ?, ?)",
        [(submission, key, failure) for key, failure in other["keys"].items()],
    )
    marks = ", ".join("?" * len(_REPLY))
    connection.executemany(f"INSERT OR IGNORE INTO replies VALUES ({marks})", other["replies"])  # noqa: S608
