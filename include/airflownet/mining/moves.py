"""Which file of the run before is which file now, under another path, ref or name of its repository.

A file that moved has not disappeared: it gets no tombstone, and its family stays its family. Families know it
by its blob; when it is edited afterwards, by the recorded move (``dataset/moved_files.py``). ``sources.json``
holds the moves, carried from run to run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

LEAST_SIMILAR = 0.5
"""Share of common shingles from which a new file is a gone one, moved and edited; git's own default."""
SHINGLE_TOKENS = 5
MOST_PAIRS = 250_000
"""In one repository; with more, only files of equal bytes are found to have moved."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where one kept file is, and which bytes it has."""

    repo: str
    ref: str
    path: str
    blob_sha1: str
    id: str

    @property
    def name(self) -> str:
        """The file's name without its folders."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """One file that is elsewhere now."""

    repo_before: str
    path_before: str
    repo: str
    path: str


def renamed_repositories(
    before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """Returns name before -> name now of repositories whose number is the same; rows of ``sources.json``."""
    names = {row["repository_id"]: str(row["project"]) for row in now if row.get("repository_id")}
    renamed = {str(row["project"]): names.get(row.get("repository_id")) for row in before}
    return {old: new for old, new in renamed.items() if new is not None and new != old}


def same_bytes(gone: Sequence[Place], new: Sequence[Place], renamed: Mapping[str, str]) -> dict[str, Place]:
    """Returns id of a gone file -> where the same bytes of the same repository are new, each place once.

    Of several places the one with the same path is taken, then one with the same file name, then the first.
    """
    by_bytes: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in sorted(new):
        by_bytes[place.repo, place.blob_sha1].append(place)
    found: dict[str, Place] = {}
    likenesses: tuple[Callable[[Place, Place], bool], ...] = (_same_path, _same_name, lambda *_: True)
    for is_like in likenesses:
        for file in sorted(gone):
            places = by_bytes.get((renamed.get(file.repo, file.repo), file.blob_sha1), [])
            like = next((place for place in places if is_like(file, place)), None)
            if like is not None and file.id not in found:
                found[file.id] = like
                places.remove(like)
    return found


def edited(
    gone: Sequence[Place],
    new: Sequence[Place],
    renamed: Mapping[str, str],
    texts: Callable[[Iterable[str]], Mapping[str, str]],
) -> dict[str, Place]:
    """Returns id of a gone file -> the new file it has become by moving and editing, each place once.

    The same path in a repository or ref of another name is the same file; else similarity decides, the most
    similar pair first.

    Args:
        gone: files without counterpart of the same bytes.
        new: new files without one.
        renamed: name of a repository before -> now.
        texts: ids of gone and new files -> their texts.
    """
    found: dict[str, Place] = {}
    taken: set[str] = set()
    by_path = {(place.repo, place.path): place for place in sorted(new, reverse=True)}
    for file in sorted(gone):
        same = by_path.get((renamed.get(file.repo, file.repo), file.path))
        if same is not None and same.id not in taken:
            found[file.id] = same
            taken.add(same.id)
    rest = [file for file in sorted(gone) if file.id not in found]
    free = [place for place in sorted(new) if place.id not in taken]
    for _, file, place in sorted(_similar(rest, free, renamed, texts), key=lambda row: (-row[0], *row[1:])):
        if file.id not in found and place.id not in taken:
            found[file.id] = place
            taken.add(place.id)
    return found


def carried(
    before: Iterable[Mapping[str, Any]],
    fresh: Iterable[Move],
    renamed: Mapping[str, str],
    occupied: Set[tuple[str, str]],
) -> list[Move]:
    """Returns the moves of earlier runs (from ``sources.json``) and of this one, each old place once, sorted.

    A place that moved on points to where it is now. A place (repository, path) that is occupied, by the same
    file that came back or by another one, is forgotten: what is there now speaks for itself.
    """
    steps: dict[tuple[str, str], tuple[str, str]] = {}
    for row in before:
        for old in row.get("moved", ()):
            steps[old["repository"], old["path"]] = (str(row["project"]), old["now"])
    on = {(move.repo_before, move.path_before): (move.repo, move.path) for move in fresh}
    for start, (repo, path) in steps.items():
        steps[start] = on.get((repo, path), (renamed.get(repo, repo), path))
    steps.update(on)
    return sorted(Move(*old, *now) for old, now in steps.items() if old not in occupied)


def add_to_sources(rows: Sequence[dict[str, Any]], moves: Iterable[Move]) -> None:
    """Writes each move into the first row of the repository it leads to, as ``moved``."""
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(row["project"], row)
    for move in moves:
        if move.repo in first:
            old = {"repository": move.repo_before, "path": move.path_before, "now": move.path}
            first[move.repo].setdefault("moved", []).append(old)


def _same_path(file: Place, place: Place) -> bool:
    return file.path == place.path


def _same_name(file: Place, place: Place) -> bool:
    return file.name == place.name


def _similar(
    gone: Sequence[Place],
    new: Sequence[Place],
    renamed: Mapping[str, str],
    texts: Callable[[Iterable[str]], Mapping[str, str]],
) -> Iterator[tuple[float, Place, Place]]:
    """Yields every pair of one repository and ref that is similar enough, with its similarity."""
    candidates: dict[tuple[str, str], tuple[list[Place], list[Place]]] = defaultdict(lambda: ([], []))
    for file in gone:
        candidates[renamed.get(file.repo, file.repo), file.ref][0].append(file)
    for place in new:
        candidates[place.repo, place.ref][1].append(place)
    compared = [(old, here) for old, here in candidates.values() if 0 < len(old) * len(here) <= MOST_PAIRS]
    if compared:
        known = texts([place.id for old, here in compared for place in (*old, *here)])
        for old, here in compared:
            yield from _pairs(old, here, known)


def _pairs(
    old: Sequence[Place], here: Sequence[Place], texts: Mapping[str, str]
) -> Iterator[tuple[float, Place, Place]]:
    import numpy as np

    from airflownet.families.shingles import code_shingles

    shingles = {place.id: code_shingles(texts[place.id], SHINGLE_TOKENS) for place in (*old, *here)}
    for file in old:
        for place in here:
            one, other = shingles[file.id], shingles[place.id]
            common = len(np.intersect1d(one, other, assume_unique=True))
            jaccard = common / max(1, len(one) + len(other) - common)
            if jaccard >= LEAST_SIMILAR:
                yield jaccard, file, place
