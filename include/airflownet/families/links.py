"""Which files are relatives: same path, same bytes, a known rename, or verified similarity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from airflownet.families.family_records import FamilyFile
from airflownet.families.shingles import Shingles
from airflownet.families.similarity_join import similar_partners

Rename = tuple[str, str, str]
"""(repo, old path, new path)."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two files by their place, and why they are relatives."""

    first: int
    second: int
    why: str
    jaccard: float


@dataclass
class Closest:
    """The most similar relative of each file; of equals the one that comes first."""

    jaccards: dict[int, float] = field(default_factory=dict)
    others: dict[int, int] = field(default_factory=dict)

    def see(self, one: int, other: int, jaccard: float) -> None:
        """Takes note of a pair, both ways."""
        for here, there in ((one, other), (other, one)):
            known = self.jaccards.get(here, -1.0)
            if jaccard > known or (jaccard == known and there < self.others[here]):
                self.jaccards[here], self.others[here] = jaccard, there


def links(
    files: Sequence[FamilyFile],
    shingles: Sequence[Shingles],
    threshold: float,
    renames: Sequence[Rename],
    closest: Closest,
) -> Iterator[Link]:
    """Yields what connects the files; ``closest`` is filled on the way.

    Groups of one path, blob or content are connected to their first file. Equal sets of shingles are
    compared once: forks cost nothing.
    """
    current = _current_paths(renames)
    keys: dict[str, Callable[[FamilyFile], Hashable]] = {
        "path": lambda file: (file.repo, current.get((file.repo, file.path), file.path)),
        "blob": lambda file: file.blob_sha1,
        "content": lambda file: file.content_sha256,
    }
    for why, key in keys.items():
        for group in _groups(files, key):
            for other in group[1:]:
                moved = why == "path" and files[group[0]].path != files[other].path
                yield Link(group[0], other, "rename" if moved else why, -1.0 if why == "path" else 1.0)
    equal: dict[bytes, list[int]] = defaultdict(list)
    for index, row in enumerate(shingles):
        if len(row):
            equal[row.tobytes()].append(index)
    groups = list(equal.values())
    for same in groups:
        for copy in same[1:]:
            closest.see(same[0], copy, 1.0)
            yield Link(same[0], copy, "similar", 1.0)
    for found in similar_partners([shingles[same[0]] for same in groups], threshold):
        for place, jaccard in zip(found.others.tolist(), found.jaccards.tolist(), strict=True):
            ones, others = groups[found.index], groups[place]
            pairs = [(ones[0], copy) for copy in others] + [(copy, others[0]) for copy in ones]
            for first, second in pairs:
                closest.see(first, second, jaccard)
            yield Link(ones[0], others[0], "similar", jaccard)


def _groups(files: Sequence[FamilyFile], key: Callable[[FamilyFile], Hashable]) -> list[list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, file in enumerate(files):
        if (value := key(file)) != "":
            groups[value].append(index)
    return [group for group in groups.values() if len(group) > 1]


def _current_paths(renames: Sequence[Rename]) -> dict[tuple[str, str], str]:
    """Returns (repo, path) -> its name now, chains of renames followed; a circle ends where it began."""
    step = {(repo, old): new for repo, old, new in renames}
    current: dict[tuple[str, str], str] = {}
    for repo, path in step:
        here, seen = path, {path}
        while (repo, here) in step and step[repo, here] not in seen:
            here = step[repo, here]
            seen.add(here)
        current[repo, path] = here
    return current
