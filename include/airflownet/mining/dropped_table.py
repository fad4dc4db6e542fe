"""Writes dropped files by columns: there are twenty of them for each DAG file kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from airflownet.columns import arrow_array
from airflownet.mining.source import DroppedRun
from airflownet.records import DroppedFile
from airflownet.tables import schema_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

ROWS_TOGETHER = 20_000


class DroppedTable:
    """A table that grows by rows and by runs of them; the same rows give the same bytes."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer
        self._columns: tuple[list[str], list[str], list[str], list[str]] = ([], [], [], [])

    def add(self, row: DroppedFile | DroppedRun) -> None:
        """Adds one dropped file, or several."""
        repos, refs, paths, reasons = self._columns
        if isinstance(row, DroppedFile):
            paths.append(row.path)
            reasons.append(row.reason)
        else:
            paths.extend(row.paths)
            reasons.extend(row.reasons)
        n_new = len(paths) - len(repos)
        repos.extend([row.repo] * n_new)
        refs.extend([row.ref] * n_new)
        while len(paths) >= ROWS_TOGETHER:
            self._write(ROWS_TOGETHER)

    def finish(self) -> None:
        """Writes what is left."""
        if self._columns[0]:
            self._write(ROWS_TOGETHER)

    def _write(self, n_rows: int) -> None:
        import pyarrow as pa

        together = [arrow_array(list(column[:n_rows]), pa.string()) for column in self._columns]
        self._writer.write_table(pa.Table.from_arrays(together, schema=schema_of(DroppedFile)))
        for column in self._columns:
            del column[:n_rows]


@contextlib.contextmanager
def write_dropped(path: Path) -> Iterator[DroppedTable]:
    """Yields the table at a path, to which rows are added in order; it is whole when the block ends."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, schema_of(DroppedFile), compression="zstd") as writer:
        table = DroppedTable(writer)
        yield table
        table.finish()
