"""What earlier editions decided, kept for ever: ids, sides, and which new file may join whom.

A file that an earlier edition knew (same id, same content, same blob) stays in its family. A new component
takes the oldest known id among its families; the other ids become aliases. A file that would join families
on different sides of the split is left out: flipping a side would train on what was tested.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from airflownet.errors import ArtifactError
from airflownet.families.disjoint_sets import DisjointSets
from airflownet.families.family_records import Bridge, FamilyAlias, FamilyFile, FamilyMember

HELD_OUT_LAST = ("train", "validation", "test")
"""What was held out stays held out: of two sides the later one in this list wins."""

NewFamily = Callable[[Sequence[FamilyFile]], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where every file went."""

    family: Mapping[int, tuple[str, str, int]]
    """Place of a file -> (family id, split, since); without the bridges."""
    aliases: tuple[FamilyAlias, ...]
    bridges: tuple[Bridge, ...]


class KnownFamilies:
    """The families of the editions before; empty for a first edition."""

    def __init__(self, members: Sequence[FamilyMember], aliases: Sequence[FamilyAlias]) -> None:
        self._members = members
        self._aliases = {alias.alias: alias for alias in aliases}
        self.edition = 1 + max((member.since for member in members), default=0)
        self._facts = {m.family_id: (m.since, m.split) for m in members}
        self._by_id = {m.dag_file_id: m.family_id for m in members}
        self._by_key: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for member in members:
            if self._facts[member.family_id][1] != member.split:
                raise ArtifactError(
                    f"the earlier families put {member.family_id} into two splits "
                    f"({self._facts[member.family_id][1]} and {member.split})",
                    "that table was changed by hand; give the unchanged output of an earlier dataset run",
                )
            for key in _keys(member):
                self._by_key[key].add(member.family_id)

    def place(
        self,
        files: Sequence[FamilyFile],
        components: DisjointSets,
        links: Sequence[tuple[int, int]],
        new_family: NewFamily,
    ) -> Placement:
        """Returns the family of every file, and the files that are left out.

        Args:
            files: in the order in which ``components`` and ``links`` number them.
            components: what all links connect; used as it is for a first edition.
            links: every link; needed from the second edition on.
            new_family: (id, split) of a family that no edition knew.
        """
        if not self._members:
            family = {}
            for group in components.components():
                family_id, split = new_family([files[index] for index in group])
                family.update(dict.fromkeys(group, (family_id, split, self.edition)))
            return Placement(family, (), ())
        return _Reunion(self, files, links).placement(new_family)

    def families_of(self, file: FamilyFile) -> tuple[bool, set[str]]:
        """Returns whether the file itself is known, and the families it belongs to or is tied to by a key."""
        if (known := self._by_id.get(file.id)) is not None:
            return True, {known}
        return False, set().union(*(self._by_key.get(key, set()) for key in _keys(file)))

    def side(self, family_id: str) -> str:
        """Returns the split of a known family."""
        return self._facts[family_id][1]

    def oldest(self, family_ids: Sequence[str]) -> str:
        """Returns the id that was seen first; of equals the smallest."""
        return min(family_ids, key=lambda one: (self._facts[one][0], one))

    def since(self, family_id: str) -> int:
        """Returns the edition in which the family was first seen."""
        return self._facts[family_id][0]

    def family_ids(self) -> list[str]:
        """Returns all known ids, sorted."""
        return sorted(self._facts)

    def all_aliases(self, merged: Mapping[str, str]) -> tuple[FamilyAlias, ...]:
        """Returns earlier and new aliases; ``merged`` maps an id to the id it gave way to."""
        rows = [replace(a, family_id=merged.get(a.family_id, a.family_id)) for a in self._aliases.values()]
        rows += [FamilyAlias(alias, family_id, self.edition) for alias, family_id in merged.items()]
        return tuple(sorted(rows, key=lambda row: row.alias))

    def gone(self, present: set[str], placement: Placement, dropped: set[str]) -> list[FamilyMember]:
        """Returns the earlier members whose file is not here any more; they keep their place."""
        merged = {alias.alias: alias.family_id for alias in placement.aliases}
        return [
            replace(
                member,
                family_id=merged.get(member.family_id, member.family_id),
                family_size=0,
                closest_id="",
                closest_jaccard=0.0,
                present=False,
            )
            for member in self._members
            if member.dag_file_id not in present and member.dag_file_id not in dropped
        ]


def _keys(file: FamilyFile | FamilyMember) -> list[tuple[str, ...]]:
    blob = [("blob", file.blob_sha1)] if file.blob_sha1 else []
    return [("path", file.repo, file.path), ("content", file.content_sha256), *blob]


class _Reunion:
    """Joins the files of this edition with the known families, without ever joining two sides."""

    def __init__(
        self, known: KnownFamilies, files: Sequence[FamilyFile], links: Sequence[tuple[int, int]]
    ) -> None:
        self._known, self._files = known, files
        self._ids = known.family_ids()
        place = {family_id: len(files) + number for number, family_id in enumerate(self._ids)}
        self._edges: list[tuple[int, int]] = []
        for index, file in enumerate(files):
            _, families = known.families_of(file)
            self._edges += [(index, place[family_id]) for family_id in sorted(families)]
        self._edges += list(links)

    def placement(self, new_family: NewFamily) -> Placement:
        """Returns where every file went."""
        bridges = self._bridges()
        sets = self._components(set(bridges))
        family: dict[int, tuple[str, str, int]] = {}
        merged: dict[str, str] = {}
        for group in sets.components():
            here = [index for index in group if index < len(self._files) and index not in bridges]
            ids = [self._ids[index - len(self._files)] for index in group if index >= len(self._files)]
            if ids:
                family_id = self._known.oldest(ids)
                placed = (family_id, self._known.side(family_id), self._known.since(family_id))
                merged.update({other: family_id for other in ids if other != family_id})
            elif here:
                placed = (*new_family([self._files[index] for index in here]), self._known.edition)
            else:
                continue
            family.update(dict.fromkeys(here, placed))
        rows = [Bridge(self._files[i].id, *found) for i, found in bridges.items()]
        return Placement(
            family,
            self._known.all_aliases(merged),
            tuple(sorted(rows, key=lambda bridge: bridge.dag_file_id)),
        )

    def _components(self, left_out: set[int]) -> DisjointSets:
        sets = DisjointSets(len(self._files) + len(self._ids))
        for one, other in self._edges:
            if one not in left_out and other not in left_out:
                sets.join(one, other)
        return sets

    def _bridges(self) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Returns the files to leave out: first those that touch two sides themselves, then whole chains."""
        found: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for direct_only in (True, False):
            neighbours = self._families_touched(set(found))
            for group in self._components(set(found)).components():
                ids = [self._ids[index - len(self._files)] for index in group if index >= len(self._files)]
                sides = sorted({self._known.side(one) for one in ids}, key=HELD_OUT_LAST.index)
                if len(sides) < 2:
                    continue
                for index in group:
                    touched = {self._known.side(one) for one in neighbours.get(index, ())}
                    crosses = len(touched) > 1 if direct_only else bool(touched - {sides[-1]})
                    if index < len(self._files) and crosses and self._may_go(index, touched):
                        found[index] = (tuple(sorted(neighbours[index])), tuple(sorted(touched)))
        return found

    def _may_go(self, index: int, touched: set[str]) -> bool:
        """A new file may always be left out; a known one only for a side more held out than its own."""
        is_known, own = self._known.families_of(self._files[index])
        if not is_known:
            return True
        rank = HELD_OUT_LAST.index
        return rank(self._known.side(next(iter(own)))) < max(rank(side) for side in touched)

    def _families_touched(self, left_out: set[int]) -> dict[int, set[str]]:
        """Returns the known families that a file is linked to, itself or through a known file."""
        own: dict[int, str] = {}
        for index, file in enumerate(self._files):
            is_known, families = self._known.families_of(file)
            if is_known:
                own[index] = next(iter(families))
        touched: dict[int, set[str]] = defaultdict(set)
        for one, other in self._edges:
            if one in left_out or other in left_out:
                continue
            for here, there in ((one, other), (other, one)):
                if there >= len(self._files):
                    touched[here].add(self._ids[there - len(self._files)])
                elif there in own:
                    touched[here].add(own[there])
        return touched
