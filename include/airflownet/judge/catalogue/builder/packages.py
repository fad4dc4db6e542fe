"""Which top-level modules come with which distribution, from ``Requires-Dist``."""

from __future__ import annotations

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from airflownet.judge.catalogue.builder.import_names import import_names
from airflownet.judge.catalogue.builder.lines_file import Line, read_lines
from airflownet.judge.catalogue.builder.signatures import Record
from airflownet.judge.catalogue.builder.wheels import WheelText

RESOLVED_LINES = {"2": "2.9", "3": "3.3"}
"""Major version -> the line whose full installation was resolved; its indirect requirements stand in for
those of its neighbours."""


def packages_record(line: Line, texts: list[WheelText]) -> Record:
    """Returns distribution -> ``[modules, required by ..., installed?]`` for all that is known of the line.

    ``installed`` is 1 for what a resolver installs with Airflow and all its providers, 0 for what only
    an extra brings.
    """
    required_by: dict[str, set[str]] = {}
    official = {wheel.distribution for wheel in line.wheels}
    for text in texts:
        for row in text.requires:
            try:
                requirement = Requirement(row)
            except InvalidRequirement:
                continue
            name: str = canonicalize_name(requirement.name)
            marker = str(requirement.marker or "")
            owner = text.wheel.distribution
            required_by.setdefault(name, set()).add(f"{owner}[extra]" if "extra" in marker else owner)
    resolved = line.third_party or read_lines()[RESOLVED_LINES[line.line[0]]].third_party
    installed: set[str] = {canonicalize_name(name) for name, _ in resolved} | official
    installed |= {name for name, owners in required_by.items() if not all("[" in owner for owner in owners)}
    record: Record = {}
    every: set[str] = installed | set(required_by)
    for name in sorted(every):
        modules = [] if name in official else list(import_names(name))
        record[name] = [modules, sorted(required_by.get(name, ())), int(name in installed)]
    return record
