"""What the run before had and this one has not, with the reason: the next dataset version drops it.

A file whose bytes are at another path, ref or name of the same repository now has moved and is no tombstone
(``moves.py``). A tombstone is carried from run to run until the same file is mined again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from airflownet.mining.moves import Move, Place, carried, edited, renamed_repositories, same_bytes
from airflownet.mining.opt_out import OPTED_OUT
from airflownet.records import DagFile, DroppedFile, Tombstone
from airflownet.tables import read_table

FILE_CHANGED, FILE_DELETED, SOURCE_REMOVED = "file-changed", "file-deleted", "source-removed"
TOMBSTONES = "tombstones.parquet"
KEPT, DROPPED = "dag_files.parquet", "dropped.parquet"
_OPEN_REASONS = (FILE_CHANGED, FILE_DELETED, SOURCE_REMOVED)
"""Those of a tombstone that a file of the same bytes takes back; what is kept out on purpose stays out."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What became of the files of earlier runs that are not where they were."""

    stones: list[Tombstone]
    """Sorted by date, repository, ref, path and id."""
    moves: list[Move]
    """Files that are at another path or in a repository of another name, sorted."""


def aftermath(
    previous: Path,
    current: Path,
    sources: Sequence[Mapping[str, Any]],
    sources_before: Sequence[Mapping[str, Any]],
    date: str,
) -> Aftermath:
    """Returns the tombstones and moves of earlier runs and of this one.

    Args:
        previous: folder of the earlier mining output.
        current: folder with this run's ``dag_files.parquet`` and ``dropped.parquet``.
        sources: rows of this run's ``sources.json``.
        sources_before: rows of the earlier one's.
        date: date partition of this run.
    """
    here = {place.id: place for place in _places(current / KEPT)}
    before = {place.id: place for place in _places(previous / KEPT)}
    new = [place for place in here.values() if place.id not in before]
    stones = {s.id: s for s in _earlier(previous / TOMBSTONES) if s.id not in here}
    gone = [place for place in before.values() if place.id not in here and place.id not in stones]
    renamed = renamed_repositories(sources_before, sources)
    reasons = _dropped_reasons(current / DROPPED, gone, renamed)
    unlisted = [place for place in gone if reasons.get(place.id) is None]
    back = [_place_of(stone) for stone in stones.values() if stone.reason in _OPEN_REASONS]
    moved = same_bytes([*unlisted, *back], new, renamed)
    stones = {one: stone for one, stone in stones.items() if one not in moved}
    taken = {place.id for place in moved.values()}
    changed = edited(
        [place for place in unlisted if place.id not in moved],
        [place for place in new if place.id not in taken],
        renamed,
        lambda ids: _texts((previous / KEPT, current / KEPT), set(ids)),
    )
    lost = {place.id: place for place in gone if place.id not in moved}
    if lost:
        read = {(row["project"], row["version"]) for row in sources}
        paths = {(place.repo, place.ref, place.path) for place in here.values()}
        for file in (f for f in read_table(previous / KEPT, DagFile) if f.id in lost):
            reason = reasons[file.id] or _reason(lost[file.id], file.id in changed, paths, read, renamed)
            stones[file.id] = _stone(file, reason, date)
    fresh = [
        Move(old.repo, old.path, place.repo, place.path)
        for old in [*unlisted, *back]
        if (place := moved.get(old.id) or changed.get(old.id)) is not None
        and (old.repo, old.path) != (place.repo, place.path)
    ]
    return Aftermath(
        sorted(stones.values(), key=lambda s: (s.date, s.repo, s.ref, s.path, s.id)),
        carried(sources_before, fresh, renamed, {(place.repo, place.path) for place in here.values()}),
    )


def _stone(file: DagFile, reason: str, date: str) -> Tombstone:
    return Tombstone(
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


def _earlier(path: Path) -> Iterator[Tombstone]:
    if path.exists():
        yield from read_table(path, Tombstone)


def _place_of(stone: Tombstone) -> Place:
    return Place(stone.repo, stone.ref, stone.path, stone.blob_sha1, stone.id)


def _places(path: Path) -> Iterator[Place]:
    import pyarrow.parquet as pq

    columns = ["repo", "ref", "path", "blob_sha1", "id"]
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=5_000, columns=columns):
            found = batch.to_pydict()
            yield from map(Place, *(found[name] for name in columns))


def _texts(tables: Iterable[Path], ids: Set[str]) -> dict[str, str]:
    import pyarrow.parquet as pq

    texts: dict[str, str] = {}
    for table in tables:
        with pq.ParquetFile(table) as file:
            for batch in file.iter_batches(batch_size=500, columns=["id", "content"]):
                found = batch.to_pydict()
                texts.update(row for row in zip(found["id"], found["content"], strict=True) if row[0] in ids)
    return texts


def _dropped_reasons(path: Path, gone: Sequence[Place], renamed: Mapping[str, str]) -> dict[str, str | None]:
    """Returns for each gone file the reason that this run has for its place or its whole repository."""
    if not gone:
        return {}
    now = {place.id: replace(place, repo=renamed.get(place.repo, place.repo)) for place in gone}
    asked = {one: ((p.repo, "", ""), (p.repo, p.ref, ""), (p.repo, p.ref, p.path)) for one, p in now.items()}
    places = {place for of_file in asked.values() for place in of_file}
    reasons: dict[tuple[str, str, str], str] = {}
    for row in read_table(path, DroppedFile):
        # Who opts a repository out opts out every ref of it.
        ref = "" if not row.path and row.reason == OPTED_OUT else row.ref
        if (row.repo, ref, row.path) in places:
            reasons[row.repo, ref, row.path] = row.reason
    return {
        one: next((reasons[place] for place in of_file if place in reasons), None)
        for one, of_file in asked.items()
    }


def _reason(
    place: Place,
    is_edited: bool,
    paths: Set[tuple[str, str, str]],
    sources: Set[tuple[str, str]],
    renamed: Mapping[str, str],
) -> str:
    repo = renamed.get(place.repo, place.repo)
    if is_edited or (repo, place.ref, place.path) in paths:
        return FILE_CHANGED
    return FILE_DELETED if (repo, place.ref) in sources else SOURCE_REMOVED
