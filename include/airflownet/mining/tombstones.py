"""What the run before had and this one has not, with the reason: the next dataset version drops it.

A tombstone is carried from run to run until the same file is mined again.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path

from airflownet.records import DagFile, DroppedFile, Tombstone
from airflownet.tables import read_table

FILE_CHANGED, FILE_DELETED, SOURCE_REMOVED = "file-changed", "file-deleted", "source-removed"
TOMBSTONES = "tombstones.parquet"


def tombstones(previous: Path, current: Path, sources: Set[tuple[str, str]], date: str) -> list[Tombstone]:
    """Returns the tombstones of earlier runs and of this one, sorted by date, repository, ref, path and id.

    Args:
        previous: folder of the earlier mining output.
        current: folder with this run's ``dag_files.parquet`` and ``dropped.parquet``.
        sources: (repository, ref) of every source of this run.
        date: date partition of this run.
    """
    here, places = _ids_and_places(current / "dag_files.parquet")
    carried = {stone.id: stone for stone in _earlier(previous / TOMBSTONES) if stone.id not in here}
    gone = [
        file
        for file in read_table(previous / "dag_files.parquet", DagFile)
        if file.id not in here and file.id not in carried
    ]
    if gone:
        reasons = _dropped_reasons(current / "dropped.parquet", gone)
        for file in gone:
            reason = _reason(file, reasons, places, sources)
            carried[file.id] = Tombstone(
                id=file.id,
                source=file.source,
                repo=file.repo,
                ref=file.ref,
                path=file.path,
                blob_sha1=file.blob_sha1,
                content_sha256=file.content_sha256,
                reason=reason,
                date=date,
            )
    return sorted(carried.values(), key=lambda s: (s.date, s.repo, s.ref, s.path, s.id))


def _earlier(path: Path) -> Iterator[Tombstone]:
    if path.exists():
        yield from read_table(path, Tombstone)


def _ids_and_places(path: Path) -> tuple[set[str], set[tuple[str, str, str]]]:
    import pyarrow.parquet as pq

    ids: set[str] = set()
    places: set[tuple[str, str, str]] = set()
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=5_000, columns=["id", "repo", "ref", "path"]):
            columns = batch.to_pydict()
            ids.update(columns["id"])
            places.update(zip(columns["repo"], columns["ref"], columns["path"], strict=True))
    return ids, places


def _dropped_reasons(path: Path, gone: list[DagFile]) -> dict[tuple[str, str, str], str]:
    """Returns the reasons that this run has for the places of the gone files and for whole repositories."""
    asked = {(file.repo, file.ref, file.path) for file in gone} | {(file.repo, "", "") for file in gone}
    reasons: dict[tuple[str, str, str], str] = {}
    for row in read_table(path, DroppedFile):
        place = (row.repo, row.ref, row.path) if row.path else (row.repo, "", "")
        if place in asked:
            reasons[place] = row.reason
    return reasons


def _reason(
    file: DagFile,
    reasons: dict[tuple[str, str, str], str],
    places: set[tuple[str, str, str]],
    sources: Set[tuple[str, str]],
) -> str:
    place = (file.repo, file.ref, file.path)
    if (whole := reasons.get((file.repo, "", ""))) is not None:
        return whole
    if place in reasons:
        return reasons[place]
    if place in places:
        return FILE_CHANGED
    return FILE_DELETED if (file.repo, file.ref) in sources else SOURCE_REMOVED
