"""Writes dropped files by columns: there are twenty of them for each DAG file kept."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from airflownet.records import DroppedFile
from airflownet.tables import schema_of

ROWS_TOGETHER = 20_000


@contextlib.contextmanager
def write_dropped(path: Path) -> Iterator[Callable[[DroppedFile], None]]:
    """Yields a function that adds one row to the table; the same rows give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = schema_of(DroppedFile)
    rows: list[DroppedFile] = []
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:

        def flush() -> None:
            columns = [[getattr(row, name) for row in rows] for name in schema.names]
            writer.write_table(pa.table(columns, schema=schema))
            rows.clear()

        def add(row: DroppedFile) -> None:
            rows.append(row)
            if len(rows) == ROWS_TOGETHER:
                flush()

        yield add
        if rows:
            flush()
