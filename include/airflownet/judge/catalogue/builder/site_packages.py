"""Where an interpreter finds installed packages, and what lies there: looked at, never imported or run."""

from __future__ import annotations

import ast
import email
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

from airflownet.errors import InputError

MOST_MODULES: Final = 1_000_000
MOST_DEPTH: Final = 24
_PLACES: Final = (
    "lib*/python3*/site-packages",
    "lib*/python3*/dist-packages",
    "local/lib/python3*/dist-packages",
)
_VERSION = re.compile(r"3\.(\d+)")
_MAPPING = re.compile(r"^MAPPING\b[^=]*=\s*(\{.*\})\s*$", re.MULTILINE)
_OPENS: Final = (b"sys.modules", b"__path__", b"meta_path")
"""A package whose own text holds one of these may have modules that do not lie in its folder."""
_EXTENDS: Final = (b"extend_path", b"declare_namespace")
_CLOSED: Final = "closed"
_OPEN: Final = "open"
"""A plain or compiled module, and a package that may plant further modules below itself."""
_SHARED: Final = "shared"
"""A package of which every folder of the path may hold a part."""


@dataclass(frozen=True, slots=True)
class SitePackages:
    """The folders of one environment."""

    folders: tuple[Path, ...]
    """In the order of ``sys.path``, with those that ``.pth`` files add."""
    python: tuple[int, int]
    mapped: tuple[tuple[str, Path], ...] = ()
    """(top-level module, folder or file) of projects that are installed in place."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One installed distribution."""

    name: str
    """Normalised."""
    version: str
    folder: Path
    """Where its modules lie."""
    metadata: Path
    """Its ``.dist-info``."""
    requires: tuple[str, ...] = ()
    """``Requires-Dist`` lines."""

    def files(self) -> list[str]:
        """Returns the paths of its files below ``folder``, as its RECORD lists them."""
        try:
            rows = (self.metadata / "RECORD").read_text("utf-8", "replace").splitlines()
        except OSError:
            return []
        return [row.rsplit(",", 2)[0].strip('"') for row in rows]


def find_site_packages(python: Path) -> SitePackages:
    """Returns the folders of an interpreter, an environment's folder, or of a folder of packages itself.

    Raises:
        InputError: there is nothing installed.
    """
    given = _existing(python)
    if given.is_dir() and any(given.glob("*.dist-info")):
        return _with_added([given], _version_of(str(given.absolute())))
    root = given if given.is_dir() else _root(given)
    wanted = "" if given.is_dir() else given.resolve().name
    folders, version = _folders(root, wanted)
    settings = _settings(root)
    if settings.get("include-system-site-packages") == "true" and "home" in settings:
        folders += _folders(Path(settings["home"]).parent, f"python3.{version[1]}")[0]
    if not any(any(folder.glob("*.dist-info")) for folder in folders):
        raise InputError(
            f"nothing is installed for {python}: no package lies below {root}",
            "give the interpreter, the folder of its environment, or the site-packages folder itself",
        )
    return _with_added(folders, version)


def _existing(python: Path) -> Path:
    if python.exists():
        return python
    found = shutil.which(str(python))
    if found is None:
        raise InputError(
            f"{python} does not exist", "give the path of a Python interpreter or its environment"
        )
    return Path(found)


def _root(interpreter: Path) -> Path:
    """Returns the environment of ``bin/python``: the link's where it is a virtual one, else its target's."""
    near = interpreter.absolute().parent.parent
    return near if (near / "pyvenv.cfg").exists() else interpreter.resolve().parent.parent


def _settings(root: Path) -> dict[str, str]:
    try:
        lines = (root / "pyvenv.cfg").read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _folders(root: Path, wanted: str) -> tuple[list[Path], tuple[int, int]]:
    """Returns the folders of one Python below a prefix, and its version."""
    found = [path for place in _PLACES for path in sorted(root.glob(place)) if path.is_dir()]
    settings = _settings(root)
    said = _version_of(settings.get("version", "") or settings.get("version_info", "") or wanted)
    versions = sorted({_version_of(path.parent.name) for path in found} - {(3, 0)})
    version = said if said != (3, 0) else (versions[-1] if versions else (3, 0))
    unique: dict[Path, Path] = {}
    for path in found:  # lib64 is often a link to lib
        if _version_of(path.parent.name) in (version, (3, 0)):
            unique.setdefault(path.resolve(), path)
    return list(unique.values()), version


def _version_of(text: str) -> tuple[int, int]:
    match = _VERSION.search(text)
    return (3, int(match[1]) if match else 0)


def _with_added(folders: list[Path], python: tuple[int, int]) -> SitePackages:
    """Adds what ``.pth`` files and the finders of editable installations name."""
    added: list[Path] = []
    mapped: dict[str, Path] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.pth")):
            for line in file.read_text("utf-8", "replace").splitlines():
                if line.strip() and not line.startswith(("import ", "import\t", "#")):
                    path = folder / line.strip()
                    if path.is_dir():
                        added.append(path)
        for file in sorted(folder.glob("__editable___*_finder.py")):
            match = _MAPPING.search(file.read_text("utf-8", "replace"))
            try:
                rows = ast.literal_eval(match[1]) if match else {}
            except (ValueError, SyntaxError):
                continue
            mapped.update((str(name), Path(str(place))) for name, place in rows.items())
    return SitePackages((*folders, *added), python, tuple(mapped.items()))


def distributions(site: SitePackages) -> list[Distribution]:
    """Returns what is installed, by name; of two of a name the one that comes first on the path."""
    found: dict[str, Distribution] = {}
    for folder in site.folders:
        for metadata in sorted(folder.glob("*.dist-info")):
            try:
                message = email.message_from_bytes((metadata / "METADATA").read_bytes())
            except OSError:
                continue
            name = canonicalize_name(str(message.get("Name", metadata.name.partition("-")[0])))
            version, requires = str(message.get("Version", "")), message.get_all("Requires-Dist") or ()
            one = Distribution(name, version, folder, metadata, tuple(map(str, requires)))
            found.setdefault(name, one)
    return [found[name] for name in sorted(found)]


def installed_modules(site: SitePackages) -> tuple[list[str], list[str], list[str]]:
    """Returns all modules, the packages that hold what lies in them alone, and the shared top-level ones.

    Dotted paths, sorted. A package hides one of its name further on the path; folders without ``__init__``,
    and packages that extend themselves over the path, are put together.
    """
    modules: set[str] = set()
    closed: set[str] = set()
    hiding: set[str] = set()
    shared: set[str] = set()
    for folder in site.folders:
        tops: set[str] = set()
        for path, kind in _below(folder, "", 0):
            top = path.partition(".")[0]
            if top in hiding:
                continue
            modules.add(path)
            if kind in (_CLOSED, _SHARED):
                closed.add(path)
            if path == top:
                (shared if kind == _SHARED else tops).add(path)
            if len(modules) > MOST_MODULES:
                raise InputError(
                    f"more than {MOST_MODULES:,} modules lie in {folder}", "give another environment"
                )
        hiding |= tops
    for top, place in site.mapped:
        modules.add(top)
        for path, kind in _below(place, top + ".", 1) if place.is_dir() else ():
            modules.add(path)
            closed |= {path} if kind == _CLOSED else set()
    return sorted(modules), sorted(closed), sorted(shared - hiding - {top for top, _ in site.mapped})


def _below(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yields (dotted path, kind), outer ones first."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        name, _, ending = entry.name.partition(".")
        if not name.isidentifier() or name in ("__pycache__", "__init__"):
            continue
        if not ending and depth < MOST_DEPTH and entry.is_dir():
            yield prefix + name, _kind(Path(entry.path))
            yield from _below(Path(entry.path), f"{prefix}{name}.", depth + 1)
        elif ending.rpartition(".")[2] in ("py", "so", "pyd", "pyc"):
            yield prefix + name, _OPEN


def _kind(folder: Path) -> str:
    start = folder / "__init__.py"
    try:
        data = start.read_bytes()
    except OSError:
        return _OPEN if any(folder.glob("__init__.*")) else _SHARED
    if any(word in data for word in _EXTENDS):
        return _SHARED
    return _OPEN if any(word in data for word in _OPENS) else _CLOSED
