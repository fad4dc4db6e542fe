"""Chooses the wheels of a line: the newest patch, and each official provider as it was at that time.

A provider's version is the newest final release uploaded until the line's cutoff whose metadata accepts
the line's Airflow. The providers are those named by the extras of that Airflow and, from there on, by
the requirements of the providers found. Upload times come from the package index (PEP 700).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from airflownet.errors import InputError
from airflownet.judge.catalogue.builder.lines_file import Line, Wheel
from airflownet.judge.catalogue.builder.releases import Index
from airflownet.judge.catalogue.builder.wheels import fetch_wheels, read_wheel
from airflownet.progress import progress

DAYS_AFTER_PATCH = 36
CUTOFFS = {"2.9": "2024-08-20", "3.3": "2026-11-22"}
"""Set where a line is to be read as it was on a given day; otherwise the days above count."""
PROVIDER_PREFIX = "apache-airflow-providers-"
CORE = ("apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk")
PYTHON = (3, 11)

LATER_PROVIDERS = ("anthropic", "apache-arrow", "ibm-mq", "apache-beam")
"""Official providers that some core releases have no extra for; taken where they accept the line."""

HELD_BACK: dict[tuple[str, str], str] = {
    ("3.3", "apache-airflow-providers-snowflake"): "<6.20",
}
"""Where the newest release cannot be installed together with the other providers: what a resolver takes."""

LEFT_OUT: dict[str, tuple[str, ...]] = {
    "2.9": ("apache-airflow-providers-alibaba",),
}
"""Providers that could not be installed together with the others at that time."""


def lock_line(line: str, known: Line | None, index: Index) -> Line:
    """Returns the line with its wheels chosen anew.

    Args:
        line: for example ``3.3``.
        known: the line as committed; its third-party list is kept.
        index: where releases are looked up; share one between lines.

    Raises:
        InputError: no final release of Airflow belongs to the line.
        NetworkError: the package index does not answer.
    """
    patches = [r for r in index.releases("apache-airflow") if r.version.release[:2] == Version(line).release]
    if not patches:
        raise InputError(
            f"no final release of Airflow {line} on the package index", "give a line such as 3.3"
        )
    airflow = patches[0]
    cutoff = airflow.uploaded + datetime.timedelta(days=DAYS_AFTER_PATCH)
    if line in CUTOFFS:
        cutoff = datetime.date.fromisoformat(CUTOFFS[line])
    chosen: dict[str, Wheel] = {"apache-airflow": airflow.wheel}
    pending = ["apache-airflow"] + [PROVIDER_PREFIX + name for name in LATER_PROVIDERS]
    seen = set(pending) | set(LEFT_OUT.get(line, ()))
    with progress(f"Choosing wheels for Airflow {line}", unit="projects") as bar:
        while pending:
            name = pending.pop(0)
            wheel = chosen.get(name) or _newest(name, line, airflow.version, cutoff, index)
            bar.advance(note=name)
            if wheel is None:
                continue
            chosen[name] = wheel
            for required in _official_requirements(wheel):
                if required.name not in seen:
                    seen.add(required.name)
                    pending.append(required.name)
                if required.name in CORE and required.specifier:
                    chosen.setdefault(required.name, _pinned(required, index))
    return Line(
        line=line,
        version=airflow.wheel.version,
        python=PYTHON,
        resolved_until=cutoff.isoformat(),
        wheels=tuple(chosen[name] for name in sorted(chosen)),
        third_party=known.third_party if known is not None else (),
        left_out=LEFT_OUT.get(line, ()),
    )


def _official_requirements(wheel: Wheel) -> Iterator[Requirement]:
    fetch_wheels([wheel])
    for row in read_wheel(wheel).requires:
        try:
            requirement = Requirement(row)
        except InvalidRequirement:
            continue
        requirement.name = canonicalize_name(requirement.name)
        is_core = requirement.name in CORE and wheel.distribution in CORE
        if requirement.name.startswith(PROVIDER_PREFIX) or is_core:
            yield requirement


def _pinned(requirement: Requirement, index: Index) -> Wheel:
    for release in index.releases(requirement.name):
        if release.version in requirement.specifier:
            return release.wheel
    raise InputError(f"no release of {requirement}", "the package index does not have what Airflow pins")


def _newest(name: str, line: str, airflow: Version, cutoff: datetime.date, index: Index) -> Wheel | None:
    held_back = Requirement(f"{name}{HELD_BACK.get((line, name), '')}").specifier
    for release in index.releases(name):
        if release.uploaded <= cutoff and release.version in held_back and _accepts(release.wheel, airflow):
            return release.wheel
    return None


def _accepts(wheel: Wheel, airflow: Version) -> bool:
    fetch_wheels([wheel])
    for row in read_wheel(wheel).requires:
        try:
            requirement = Requirement(row)
        except InvalidRequirement:
            continue
        if canonicalize_name(requirement.name) == "apache-airflow" and requirement.marker is None:
            return requirement.specifier.contains(airflow, prereleases=True)
    return True
