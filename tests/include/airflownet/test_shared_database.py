"""Several processes open a new file at the same moment: each gets it."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from airflownet.shared_database import connect_shared


def test_a_new_file_is_opened_by_many_at_once(tmp_path):
    """Connections lock each other in one process as in many; a barrier makes the moment the same."""
    n_openers, n_rounds = 6, 60
    barrier = threading.Barrier(n_openers)
    errors: list[Exception] = []

    def open_each() -> None:
        for number in range(n_rounds):
            barrier.wait()
            try:
                connection = connect_shared(tmp_path / f"{number}.sqlite")
                with connection:
                    connection.execute("CREATE TABLE IF NOT EXISTS rows (opener INTEGER)")
                    connection.execute("INSERT INTO rows VALUES (1)")
                connection.close()
            except sqlite3.OperationalError as error:
                errors.append(error)

    openers = [threading.Thread(target=open_each) for _ in range(n_openers)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join()
    assert errors == []
    counts = {
        sqlite3.connect(tmp_path / f"{number}.sqlite").execute("SELECT count(*) FROM rows").fetchone()[0]
        for number in range(n_rounds)
    }
    assert counts == {n_openers}


def test_what_is_no_lock_is_told(tmp_path):
    (tmp_path / "text.sqlite").write_text("no database at all, but long enough to have a header" * 40)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        connect_shared(tmp_path / "text.sqlite")
