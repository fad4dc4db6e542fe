"""One distribution as its metadata list it: its files, and from these the modules that it brings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement

from airflownet.judge.project.declared import normal_name
from airflownet.judge.project.import_names import GENERIC

_NAMESPACES: Final = frozenset(
    {"google", "google.cloud", "azure", "azure.mgmt", "azure.storage", "airflow", "airflow.providers", "zope",
     "opentelemetry", "jaraco", "ruamel", "backports", "sphinxcontrib", "google.ads", "dbt", "dbt.adapters"}
)  # fmt: skip
"""Packages that many distributions share, though some of them have an ``__init__.py``."""
_MODULE = re.compile(r"[A-Za-z_]\w*")
_SUFFIXES: Final = (".py", ".so", ".pyd")
_MOST_BELOW_NAMESPACE: Final = 4
"""More modules than that, and the namespace itself stands for them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the metadata of one distribution say."""

    name: str
    version: str
    files: tuple[str, ...]
    """Paths with ``/``, relative to ``site-packages``."""
    requires: tuple[str, ...]
    """``Requires-Dist`` lines."""

    @property
    def row(self) -> str:
        """The table's row; empty where no module is installed."""
        modules = modules_in(self.files, self.name)
        required = " ".join(requires_of(self.requires))
        return "\t".join([normal_name(self.name), " ".join(modules), required]) if modules else ""


def modules_in(files: Iterable[str], distribution: str = "") -> list[str]:
    """Returns the modules that the files are: top-level ones, or the first below what is a mere namespace.

    A folder without ``__init__.py`` is a namespace (PEP 420), which other distributions may share.
    """
    code = [file for file in files if file.endswith(_SUFFIXES) and _is_module_file(file)]
    packages = {file.rpartition("/")[0] for file in code if file.rpartition("/")[2].startswith("__init__.")}
    found: set[str] = set()
    for file in code:
        parts = file.split("/")
        parts[-1] = parts[-1].partition(".")[0]
        if parts[-1] == "__init__":
            parts.pop()
        depth = 1
        while depth < len(parts) and (
            ".".join(parts[:depth]) in _NAMESPACES or "/".join(parts[:depth]) not in packages
        ):
            depth += 1
        name = ".".join(parts[:depth])
        if parts and all(_MODULE.fullmatch(part) for part in parts[:depth]) and name not in _NAMESPACES:
            found.add(name)
    names = set(_few(found))
    own = normal_name(distribution)
    kept = [name for name in names if name == own or name.partition(".")[0] not in GENERIC]
    public = [name for name in kept if not name.rpartition(".")[2].startswith("_")]
    return sorted(public or kept)


def _few(found: set[str]) -> Iterator[str]:
    """Yields the modules; for many below what no other distribution shares, that alone."""
    groups: dict[str, set[str]] = {}
    for name in found:
        parts = name.split(".")
        depth = next(n for n in range(1, len(parts) + 1) if ".".join(parts[:n]) not in _NAMESPACES)
        groups.setdefault(".".join(parts[:depth]), set()).add(name)
    for shared, names in groups.items():
        yield from names if len(names) <= _MOST_BELOW_NAMESPACE else {shared}


def _is_module_file(file: str) -> bool:
    top = file.partition("/")[0]
    return not top.endswith((".dist-info", ".egg-info", ".data")) and top not in ("..", "__pycache__")


def requires_of(lines: Iterable[str]) -> list[str]:
    """Returns the distributions that it always requires, sorted; those of extras are left out."""
    found = set()
    for line in lines:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if "extra" not in str(requirement.marker or ""):
            found.add(normal_name(requirement.name))
    return sorted(found)
