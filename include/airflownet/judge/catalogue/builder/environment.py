"""Builds the catalogue of one environment from what is installed in it, and keeps it in the cache folder.

Airflow, all that lies below ``airflow.providers`` and the packages that require Airflow are read like a
line's wheels, in the versions that are there; of everything else the modules are listed. The file's name says
what it was made of: the installed distributions, the projects installed in place, and this package's code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Final

from airflownet.cache import cache_dir
from airflownet.errors import InputError
from airflownet.judge.catalogue.builder.extensions import extensions_of
from airflownet.judge.catalogue.builder.line import CORE_FIRST, facts_of, read_records, sources_of
from airflownet.judge.catalogue.builder.lines_file import Wheel
from airflownet.judge.catalogue.builder.pack import packed
from airflownet.judge.catalogue.builder.program import Program
from airflownet.judge.catalogue.builder.signatures import Record
from airflownet.judge.catalogue.builder.site_packages import (
    Distribution,
    SitePackages,
    distributions,
    find_site_packages,
    installed_modules,
)
from airflownet.judge.catalogue.builder.wheels import WheelText
from airflownet.judge.catalogue.environment_file import SUFFIX, file_bytes
from airflownet.judge.catalogue.installed import Installed

CORES: Final = ("apache-airflow-core", "apache-airflow")
OLDEST: Final = (2, 7)
"""Earlier lines the judge does not know."""
_MOST_IN_PLACE: Final = 20_000


def catalogue_of(python: Path) -> Path:
    """Returns the file with the catalogue of an environment; built once for what is installed in it.

    Args:
        python: the interpreter, or the folder of its environment or of its packages.

    Raises:
        InputError: no such environment, or no Airflow in it that the judge knows.
    """
    site = find_site_packages(python)
    found = distributions(site)
    _version(found, python)
    path = cache_dir("environments") / f"{_key(site, found)}{SUFFIX}"
    if not path.exists():
        write_whole(path, _content(python, site, found))
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file that appears whole or not at all, whoever else writes it at the same time."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)


def _content(python: Path, site: SitePackages, found: list[Distribution]) -> bytes:
    """Reads an environment; the same packages give the same bytes."""
    version = _version(found, python)
    line = ".".join(version.split(".")[:2])
    modules, closed, shared = installed_modules(site)
    extensions = extensions_of(found, closed)
    tops: dict[str, set[str]] = {one.name: {"airflow"} for one in found}
    for top, one in extensions.items():
        tops[one.name].add(top)
    texts = [text for one in found if (text := _text(one, tops[one.name])) is not None]
    texts += [text for folder in _in_place(site) if (text := _text_in_place(folder)) is not None]
    texts.sort(key=lambda text: (text.wheel.distribution not in CORE_FIRST, text.wheel.distribution))
    sources, owners, namespaces = sources_of(texts)
    program = Program(
        version,
        {one.name: one.version for one in found},
        site.python,
        sources,
        namespaces,
        Installed(modules, closed, shared, site.python),
        extensions,
    )
    records = read_records(program, f"Reading Airflow {version} in {python}")
    read = {text.wheel.distribution for text in texts}
    facts: Record = {
        "line": line,
        "version": version,
        "python": list(site.python),
        "packages": {one.name: [[], [], 1] for one in found if one.name in read},
        "distributions": {one.name: one.version for one in found},
        "installed": [name for name in modules if name.partition(".")[0] != "airflow"],
        "closed": [name for name in closed if name.partition(".")[0] != "airflow"],
        "shared": shared,
        "extensions": sorted(extensions),
        **facts_of(texts, owners, records),
    }
    data, indexes = packed({line: (facts, records)})
    return file_bytes(indexes[line], data)


def _version(found: list[Distribution], python: Path) -> str:
    versions = {one.name: one.version for one in found}
    version = next((versions[name] for name in CORES if name in versions), "")
    if not version:
        raise InputError(
            f"no Airflow is installed for {python}",
            "give the interpreter that runs Airflow, or leave --python out to judge for a line",
        )
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < OLDEST:
        raise InputError(f"Airflow {version} is installed for {python}", "the judge knows 2.7 and later")
    return version


def _text(one: Distribution, tops: Collection[str]) -> WheelText | None:
    """Returns the sources of a distribution below the top-level packages, None where it has none."""
    sources: dict[str, bytes] = {}
    folders: set[str] = set()
    for name in one.files():
        if name.partition("/")[0] in tops and name.endswith(".py"):
            try:
                sources[name] = (one.folder / name).read_bytes()
            except OSError:
                continue
            parts = name.split("/")[:-1]
            folders.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    if not sources:
        return None
    return WheelText(Wheel(one.name, one.version, "", ""), sources, (), frozenset(folders))


def _text_in_place(folder: Path) -> WheelText | None:
    """Returns the sources below ``airflow/`` of a folder that a ``.pth`` file adds."""
    files = sorted((folder / "airflow").rglob("*.py")) if (folder / "airflow").is_dir() else []
    if not files:
        return None
    sources = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
    parents = {parent for name in sources for parent in PurePosixPath(name).parents}
    folders = frozenset(parent.as_posix() for parent in parents if parent != PurePosixPath("."))
    return WheelText(Wheel(folder.name, "", "", ""), sources, (), folders)


def _key(site: SitePackages, found: list[Distribution]) -> str:
    """Returns what names the file: it changes with anything that would change the catalogue."""
    rows: list[object] = [site.python, [str(folder) for folder in site.folders]]
    for one in found:
        record = one.metadata / "RECORD"
        rows.append((one.name, one.version, record.stat().st_mtime_ns if record.exists() else 0))
    places = [place for _, place in site.mapped] + list(_in_place(site))
    for place in places:
        for file in sorted(place.rglob("*.py"))[:_MOST_IN_PLACE]:
            rows.append((str(file), file.stat().st_mtime_ns))
    code = sorted(Path(__file__).parents[1].rglob("*.py"))
    rows += [hashlib.sha256(file.read_bytes()).hexdigest() for file in code]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:24]


def _in_place(site: SitePackages) -> list[Path]:
    return [folder for folder in site.folders if not any(folder.glob("*.dist-info"))]
