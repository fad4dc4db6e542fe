"""Families: files that must never be on two sides of a split.

Two files are of one family when they are the same path of one repository (whatever the release, renames
followed where they are known), have the same content, or reach the Jaccard threshold on normalised tokens;
and so are their relatives in turn (connected components). Every mined file takes part, also those that no
sample is made of: so a family does not change when the judge changes its mind.

The id of a new family is the hash of the smallest (repo, path) among its members, without the release. With
the table of an earlier edition a family keeps its id and its side for ever (``known_families.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from airflownet.families.disjoint_sets import DisjointSets
from airflownet.families.family_records import (
    Bridge,
    FamilyAlias,
    FamilyFile,
    FamilyLink,
    FamilyMember,
)
from airflownet.families.known_families import KnownFamilies, Placement
from airflownet.families.links import Closest, Link, Rename, links
from airflownet.families.shingles import Shingles
from airflownet.records import stable_id

SideOf = Callable[[str], str]
"""Family id -> split; the same answer whenever it is asked."""


@dataclass(frozen=True, slots=True)
class FamilyTable:
    """All families of one edition."""

    members: tuple[FamilyMember, ...]
    """Sorted by family, repo, path, ref; without the bridges."""
    aliases: tuple[FamilyAlias, ...]
    links: tuple[FamilyLink, ...]
    """Enough links to connect each family, sorted."""
    bridges: tuple[Bridge, ...]


def family_table(
    files: Iterable[tuple[FamilyFile, Shingles]],
    threshold: float,
    side_of: SideOf,
    *,
    previous: Sequence[FamilyMember] = (),
    aliases: Sequence[FamilyAlias] = (),
    renames: Sequence[Rename] = (),
) -> FamilyTable:
    """Returns every file with its family and split; the order of the files does not matter.

    Args:
        files: all mined files with their shingles.
        threshold: Jaccard similarity from which two files are relatives.
        side_of: the split of a new family.
        previous: the families of the edition before.
        aliases: ids that families of earlier editions had.
        renames: paths that are known to be the same file.
    """
    rows = sorted(files, key=lambda row: (row[0].repo, row[0].path, row[0].ref, row[0].id))
    known = KnownFamilies(previous, aliases)
    bridges: list[Bridge] = []
    dropped: set[str] = set()
    while True:
        entries = [entry for entry, _ in rows]
        closest, sets, tree, all_links = Closest(), DisjointSets(len(entries)), [], []
        for link in links(entries, [row for _, row in rows], threshold, renames, closest):
            if previous:
                all_links.append((link.first, link.second))
            if sets.join(link.first, link.second):
                tree.append(link)
        placement = known.place(entries, sets, all_links, lambda group: _new_family(group, side_of))
        if not placement.bridges:
            break
        # A group of equal files is linked through its first one: without a bridge it has another first one.
        bridges += placement.bridges
        dropped |= {bridge.dag_file_id for bridge in placement.bridges}
        rows = [row for row in rows if row[0].id not in dropped]
    members = _members(entries, placement, closest, dropped)
    members += known.gone({member.dag_file_id for member in members}, placement, dropped)
    return FamilyTable(
        tuple(sorted(members, key=lambda m: (m.family_id, m.repo, m.path, m.ref, m.dag_file_id))),
        placement.aliases,
        tuple(sorted(_named(tree, entries, dropped), key=lambda link: (link.first_id, link.second_id))),
        tuple(sorted(bridges, key=lambda bridge: bridge.dag_file_id)),
    )


def _new_family(group: Sequence[FamilyFile], side_of: SideOf) -> tuple[str, str]:
    family_id = stable_id("family", *min((file.repo, file.path) for file in group))
    return family_id, side_of(family_id)


def _members(
    entries: Sequence[FamilyFile], placement: Placement, closest: Closest, dropped: set[str]
) -> list[FamilyMember]:
    sizes = Counter(placement.family[index][0] for index in placement.family)
    members = []
    for index, (family_id, split, since) in sorted(placement.family.items()):
        file = entries[index]
        other = closest.others.get(index)
        if other is not None and entries[other].id in dropped:
            other = None
        members.append(
            FamilyMember(
                dag_file_id=file.id,
                family_id=family_id,
                split=split,
                repo=file.repo,
                ref=file.ref,
                path=file.path,
                content_sha256=file.content_sha256,
                blob_sha1=file.blob_sha1,
                family_size=sizes[family_id],
                closest_id="" if other is None else entries[other].id,
                closest_jaccard=0.0 if other is None else closest.jaccards[index],
                since=since,
            )
        )
    return members


def _named(tree: Sequence[Link], entries: Sequence[FamilyFile], dropped: set[str]) -> list[FamilyLink]:
    found = []
    for link in tree:
        first, second = sorted((entries[link.first].id, entries[link.second].id))
        if first not in dropped and second not in dropped:
            found.append(FamilyLink(first, second, link.why, round(link.jaccard, 6)))
    return found
