"""What changed since the edition before, in families: the version number, ``changes.json``, ``CHANGELOG.md``.

The version follows semver.org: major when families were removed, minor when families were added, changed or
joined, patch when only rows or texts differ.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from airflownet.errors import ArtifactError
from airflownet.families.family_records import FamilyMember
from airflownet.families.family_table import FamilyTable

FIRST_VERSION = "1.0.0"
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Changes:
    """Family ids, each list sorted."""

    version: str
    edition: int
    dataset_id: str
    """SHA-256 over the rows: equal ids mean equal rows."""
    previous_version: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    joined: tuple[tuple[str, str], ...]
    """(former id, id of the family it became part of)."""
    bridges: tuple[str, ...]
    """File ids left out because they would join families of different splits."""


def changes_since(
    table: FamilyTable, previous: Sequence[FamilyMember], previous_dir: Path | None, dataset_id: str
) -> Changes:
    """Returns the changes of this edition against the one before; everything is new in a first edition."""
    before, now = _contents(previous), _contents(table.members)
    aliases = {alias.alias: alias.family_id for alias in table.aliases}
    joined = tuple(sorted((old, aliases[old]) for old in before if old in aliases))
    grown = {family_id for _, family_id in joined}
    added = tuple(sorted(now.keys() - before.keys()))
    removed = tuple(sorted(before.keys() - now.keys() - aliases.keys()))
    changed = tuple(sorted(f for f in now.keys() & before.keys() if f in grown or now[f] != before[f]))
    last, last_id = _previous_version(previous_dir)
    if not previous:
        version = FIRST_VERSION
    else:
        version = _next(last, bool(removed), bool(added or changed or joined), dataset_id != last_id)
    edition = 1 + max((member.since for member in previous), default=0)
    bridges = tuple(sorted(bridge.dag_file_id for bridge in table.bridges))
    return Changes(version, edition, dataset_id, last, added, changed, removed, joined, bridges)


def write_changes(folder: Path, changes: Changes, previous_dir: Path | None) -> None:
    """Writes ``changes.json`` and ``CHANGELOG.md``, the latter with earlier versions below."""
    row = {name: getattr(changes, name) for name in Changes.__dataclass_fields__}
    (folder / "changes.json").write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    earlier = ""
    if previous_dir is not None and (previous_dir / "CHANGELOG.md").is_file():
        text = (previous_dir / "CHANGELOG.md").read_text(encoding="utf-8")
        earlier = text[text.index("\n## ") + 1 :] if "\n## " in text else ""
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{_section(changes)}\n{earlier}", encoding="utf-8")


def _section(changes: Changes) -> str:
    lines = [f"## {changes.version}", "", f"Rows: `{changes.dataset_id}`.", ""]
    if not changes.previous_version:
        lines.append(f"First edition: {len(changes.added)} families.")
        return "\n".join([*lines, ""])
    for name in ("added", "changed", "removed"):
        lines.append(f"- {len(getattr(changes, name))} families {name}{_some(getattr(changes, name))}")
    pairs = [f"{old} into {new}" for old, new in changes.joined]
    lines.append(f"- {len(pairs)} families joined{_some(pairs)}")
    lines.append(f"- {len(changes.bridges)} files left out as bridges between splits{_some(changes.bridges)}")
    return "\n".join([*lines, ""])


def _some(names: Sequence[str]) -> str:
    more = f", and {len(names) - _SHOWN} more in `changes.json`" if len(names) > _SHOWN else ""
    return ": " + ", ".join(names[:_SHOWN]) + more if names else ""


def _contents(members: Sequence[FamilyMember]) -> Mapping[str, frozenset[tuple[str, str, str]]]:
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for member in members:
        if member.present:
            found[member.family_id].add((member.repo, member.path, member.content_sha256))
    return {family_id: frozenset(contents) for family_id, contents in found.items()}


def _previous_version(folder: Path | None) -> tuple[str, str]:
    """Returns version and dataset id of the edition before; an edition without them counts as the first."""
    if folder is None:
        return "", ""
    path = folder / "changes.json"
    if not path.is_file():
        return FIRST_VERSION, ""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return str(row["version"]), str(row["dataset_id"])
    except (ValueError, KeyError) as error:
        raise ArtifactError(f"{path} is not readable: {error}", "give an unchanged earlier dataset") from None


def _next(version: str, removed: bool, grown: bool, differs: bool) -> str:
    major, minor, patch = (int(part) for part in version.split("."))
    if removed:
        return f"{major + 1}.0.0"
    if grown:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if differs else version
