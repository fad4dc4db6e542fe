"""Files that are elsewhere now than in an earlier run, as mining records them in ``sources.json``.

A family must know a file again under its new path, or in a repository of a new name, also when it is edited
there: earlier families are read as if their files had always been where they are now.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from airflownet.families.family_records import FamilyMember
from airflownet.families.links import Rename


@dataclass(frozen=True, slots=True)
class MovedFiles:
    """(repository, path) before -> now."""

    places: dict[tuple[str, str], tuple[str, str]]

    @property
    def renames(self) -> list[Rename]:
        """Those within one repository, as families take them: (repository, old path, new path), sorted."""
        return sorted((repo, old, new) for (repo, old), (now, new) in self.places.items() if repo == now)

    def relocated(self, members: Sequence[FamilyMember]) -> list[FamilyMember]:
        """Returns the members of earlier families, each at the place where its file is now."""
        return [self._relocated(member) for member in members]

    def _relocated(self, member: FamilyMember) -> FamilyMember:
        place = self.places.get((member.repo, member.path))
        return member if place is None else replace(member, repo=place[0], path=place[1])


def read_moved_files(mining: Path) -> MovedFiles:
    """Returns what the mining output in this folder records; nothing where it has no ``sources.json``."""
    path = mining / "sources.json"
    if not path.exists():
        return MovedFiles({})
    rows = json.loads(path.read_text(encoding="utf-8"))
    return MovedFiles(
        {
            (str(move["repository"]), str(move["path"])): (str(row["project"]), str(move["now"]))
            for row in rows
            for move in row.get("moved", ())
        }
    )
