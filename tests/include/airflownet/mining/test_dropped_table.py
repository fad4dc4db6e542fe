"""Rows and runs of dropped files keep their order, and come to the same bytes however they were added."""

from __future__ import annotations

import pytest

from airflownet.mining import dropped_table
from airflownet.mining.dropped_table import write_dropped
from airflownet.mining.source import DroppedRun
from airflownet.records import DroppedFile
from airflownet.tables import read_table

ROWS = [DroppedFile("repo", "main", f"{n:03}.py", "syntax-error" if n % 7 else "symlink") for n in range(95)]


@pytest.mark.parametrize("together", [10, 19, 95, 1_000])
@pytest.mark.parametrize("run_length", [1, 4, 95])
def test_rows_and_runs(tmp_path, monkeypatch, together, run_length):
    monkeypatch.setattr(dropped_table, "ROWS_TOGETHER", together)
    with write_dropped(tmp_path / "rows") as table:
        for row in ROWS:
            table.add(row)
    with write_dropped(tmp_path / "runs") as table:
        for start in range(0, len(ROWS), run_length):
            run = ROWS[start : start + run_length]
            table.add(DroppedRun("repo", "main", [row.path for row in run], [row.reason for row in run]))

    assert list(read_table(tmp_path / "runs", DroppedFile)) == ROWS
    assert (tmp_path / "runs").read_bytes() == (tmp_path / "rows").read_bytes()


def test_no_rows(tmp_path):
    with write_dropped(tmp_path / "none"):
        pass
    assert list(read_table(tmp_path / "none", DroppedFile)) == []
