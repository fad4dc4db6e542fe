"""``requirements*.txt``: pip's requirements format, with includes and constraints (pip documentation)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Final

from airflownet.judge.project.declared import Declared, Pin, normal_name
from airflownet.judge.project.folder import ProjectFolder

_MOST_LINES: Final = 20_000
_LONGEST_LINE: Final = 2_000
_DEEPEST: Final = 8
_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_EXACT = re.compile(r"\s*\(?\s*(?:===?|~=|>=)\s*v?(\d+(?:\.\d+){1,2})")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_REPOSITORY = re.compile(r"/([A-Za-z0-9._-]+?)(?:\.git)?(?:@[^/#]*)?(?:[#?].*)?$")
_WHEEL = re.compile(r"(?:^|/)([A-Za-z0-9._]+)-\d[^/]*\.(?:whl|tar\.gz|zip)(?:[#?].*)?$")
_CONSTRAINTS_URL = re.compile(r"constraints-(\d+\.\d+(?:\.\d+)?)/constraints[a-z-]*-(\d\.\d+)")
RANK: Final = 30
OVER_IMAGE: Final = 9
"""More than the image itself says, which is 10 in ``dockerfiles``."""


def read_requirements(
    folder: ProjectFolder, path: str, shown: str, into: Declared, *, seen: set[str], rank: int = RANK
) -> None:
    """Notes what a requirements file and the files it includes declare.

    Args:
        folder: the project's files.
        path: the file.
        shown: the file as messages name it.
        into: what is found.
        seen: files read already; filled.
        rank: how much a pinned Airflow in it says.
    """
    pending = [(path, shown, 0)]
    while pending:
        path, shown, depth = pending.pop(0)
        data = None if path in seen or depth > _DEEPEST else folder.read(path)
        seen.add(path)
        if data is None:
            continue
        for number, line in _lines(data.decode("utf-8", "replace")):
            option, _, rest = line.partition(" ")
            option, _, given = option.partition("=")
            target = (given or rest).strip()
            if option in ("-r", "--requirement") and "://" not in target:
                pending.append((_beside(path, target), _beside(shown, target), depth + 1))
            elif option in ("-c", "--constraint"):
                note_constraints(target, f"{shown}, line {number}", into, rank)
            else:
                note_requirement(line, f"{shown}, line {number}", into, rank)


def _beside(path: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    kept = ""
    for number, raw in enumerate(text.splitlines()[:_MOST_LINES], 1):
        line = raw.strip()
        if line.endswith("\\"):
            kept += line[:-1] + " "
            continue
        line = re.sub(r"(^|\s)#.*$", "", kept + line).strip() if "#" in kept + line else kept + line
        kept = ""
        line = line.split(" --hash")[0].strip()
        if line and len(line) <= _LONGEST_LINE:
            yield number, line


def note_extras(extras: Iterable[str], place: str, into: Declared) -> None:
    """``apache-airflow[google,cncf-kubernetes]`` brings the providers of these names."""
    for extra in extras:
        if extra.strip():
            name = normal_name(extra)
            into.packages.setdefault(f"apache-airflow-providers-{name}", f"{place}, extra {name}")


def note_constraints(target: str, place: str, into: Declared, rank: int) -> None:
    """Airflow's constraints tell its version and Python's: ``constraints-2.10.5/constraints-3.11.txt``."""
    if (match := _CONSTRAINTS_URL.search(target)) is not None:
        into.airflow.append(Pin(match[1], place, rank + 5))
        into.python.append(Pin(match[2], place, rank + 5))


def note_requirement(line: str, place: str, into: Declared, rank: int) -> None:
    """Notes one requirement: a name with a version, an address, or a file."""
    if line.startswith(("-e ", "--editable")):
        line = line.removeprefix("--editable").removeprefix("-e").lstrip("= ").strip()
    if line.startswith("-"):
        return
    if "://" in line.partition(" @ ")[0] or line.startswith(("git+", ".", "/")) or line.endswith(".whl"):
        if (match := _EGG.search(line) or _WHEEL.search(line) or _REPOSITORY.search(line)) is not None:
            into.package(match[1], place, line)
        return
    if (match := _REQUIREMENT.match(line)) is None:
        return
    name = match[1]
    into.package(name, place, line)
    if name.lower().replace("_", "-") in ("apache-airflow", "apache-airflow-core"):
        note_extras(line.partition("[")[2].partition("]")[0].split(","), place, into)
        exact = _EXACT.match(match[2])
        if exact is not None:
            # What an image installs over its own Airflow is what runs in it.
            is_over_image = into.is_image and match[2].lstrip(" (").startswith("==")
            into.airflow.append(Pin(exact[1], place, OVER_IMAGE if is_over_image else rank))
