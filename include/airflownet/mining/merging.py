"""The shards of a run put together: tables sorted by repository, ref and path, in bounded memory."""

from __future__ import annotations

import heapq
import itertools
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from airflownet.records import DagFile, DroppedFile
from airflownet.tables import read_table, schema_of, write_table

BATCH_ROWS = 2_000


def merge_tables(
    shards: Sequence[tuple[tuple[str, str], Path]], name: str, record: type[Any], target: Path
) -> None:
    """Writes one table of the shards' tables of that name.

    Args:
        shards: ((repository, ref), folder) of each shard; within a shard rows are sorted by path.
        name: file name of the table in each shard.
        record: DagFile or DroppedFile.
        target: path of the table to write; of one shard its table as it is.
    """
    import pyarrow.parquet as pq

    if len(shards) == 1:
        shutil.copyfile(shards[0][1] / name, target)
        return
    partial = target.with_name(target.name + ".partial")
    kind: Any = record  # a class is hashable, which mypy does not see
    schema = schema_of(kind)
    in_order = sorted(shards, key=lambda shard: shard[0])
    with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
        for _, group in itertools.groupby(in_order, key=lambda shard: shard[0]):
            folders = [folder for _, folder in group]
            path = folders[0] / name
            if len(folders) > 1:
                # Several sources with one name, as two local folders: rows by path, across them.
                path = target.with_name(f".{target.name}.group")
                write_table(path, record, _by_path(folders, name, record))
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=BATCH_ROWS):
                    writer.write_batch(batch)
            if len(folders) > 1:
                path.unlink()
    partial.replace(target)


def _by_path(folders: Sequence[Path], name: str, record: type[Any]) -> Iterator[DagFile | DroppedFile]:
    tables = [read_table(folder / name, record) for folder in folders]
    yield from heapq.merge(*tables, key=lambda row: row.path)
