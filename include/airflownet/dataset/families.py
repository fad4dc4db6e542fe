"""Families: files that must never be on two sides of a split.

Two files are of one family when they are the same path of one repository (whatever the release), have the
same content, or reach the Jaccard threshold on normalised tokens; and so are their relatives in turn
(connected components). Every mined file takes part, also those that no sample is made of: so a family does
not change when the judge changes its mind.

The id of a family is the hash of the smallest (repo, path) among its members, without the release: a new
release of a known file changes nothing. A new file with a smaller path could; with the families of an
earlier dataset given, a family keeps its id and its split. Where a new file joins two earlier families, the
one in the most held-out split wins (test, validation, train; then the smaller id): what was tested on is
never trained on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airflownet.dataset.shingles import shingles
from airflownet.dataset.similarity_join import similarity_join
from airflownet.dataset.split import SPLITS, SplitShares, split_of
from airflownet.records import DagFile, stable_id


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One mined file with its family: the row of ``families.parquet``."""

    dag_file_id: str
    family_id: str
    split: str
    repo: str
    ref: str
    path: str
    content_sha256: str
    family_size: int
    closest_id: str
    """The most similar other file at or above the threshold, empty when there is none."""
    closest_jaccard: float


def family_members(
    files: Sequence[DagFile],
    threshold: float,
    shingle_tokens: int,
    shares: SplitShares,
    previous: Sequence[FamilyMember] = (),
) -> list[FamilyMember]:
    """Returns every file with its family and split, sorted by family, repo, path, ref.

    Args:
        files: all mined files; their order does not matter.
        threshold: Jaccard similarity from which two files are relatives.
        shingle_tokens: length of the shingles.
        shares: how families are dealt to the splits.
        previous: families of an earlier dataset, whose ids and splits are kept.
    """
    files = sorted(files, key=lambda file: (file.repo, file.path, file.ref, file.id))
    parents = list(range(len(files)))
    for same in (_same(files, "path"), _same(files, "blob"), _same(files, "content")):
        for group in same:
            for other in group[1:]:
                _join(parents, group[0], other)
    closest: dict[int, tuple[float, int]] = {}
    for pair in similarity_join([shingles(file.content, shingle_tokens) for file in files], threshold):
        _join(parents, pair.first, pair.second)
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            closest[one] = max(closest.get(one, (0.0, 0)), (pair.jaccard, -other))
    components: dict[int, list[int]] = defaultdict(list)
    for index in range(len(files)):
        components[_root(parents, index)].append(index)

    earlier = _Earlier(previous)
    members = []
    for component in components.values():
        family_id, split = earlier.family_of([files[index] for index in component]) or _new_family(
            [files[index] for index in component], shares
        )
        for index in component:
            file = files[index]
            similarity, other = closest.get(index, (0.0, 1))
            members.append(
                FamilyMember(
                    file.id,
                    family_id,
                    split,
                    file.repo,
                    file.ref,
                    file.path,
                    file.content_sha256,
                    len(component),
                    files[-other].id if other <= 0 else "",
                    similarity,
                )
            )
    return sorted(members, key=lambda m: (m.family_id, m.repo, m.path, m.ref, m.dag_file_id))


class _Earlier:
    """Looks up families of an earlier dataset by path and by content."""

    def __init__(self, previous: Sequence[FamilyMember]) -> None:
        self._by_path: Mapping[tuple[str, str], FamilyMember] = {(m.repo, m.path): m for m in previous}
        self._by_content: Mapping[str, FamilyMember] = {m.content_sha256: m for m in previous}

    def family_of(self, component: Sequence[DagFile]) -> tuple[str, str] | None:
        """Returns the (family id, split) that the component goes on with, None for a new family."""
        found = [self._by_path.get((file.repo, file.path)) for file in component]
        found += [self._by_content.get(file.content_sha256) for file in component]
        known = {(m.family_id, m.split) for m in found if m is not None}
        return min(known, key=lambda one: (-SPLITS.index(one[1]), one[0]), default=None)


def _new_family(component: Sequence[DagFile], shares: SplitShares) -> tuple[str, str]:
    family_id = stable_id("family", *min((file.repo, file.path) for file in component))
    return family_id, split_of(family_id, shares)


def _same(files: Sequence[DagFile], what: str) -> list[list[int]]:
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, file in enumerate(files):
        key = {
            "path": (file.repo, file.path),
            "blob": (file.blob_sha1,),
            "content": (file.content_sha256,),
        }[what]
        groups[key].append(index)
    return list(groups.values())


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index


def _join(parents: list[int], one: int, other: int) -> None:
    parents[_root(parents, other)] = _root(parents, one)
