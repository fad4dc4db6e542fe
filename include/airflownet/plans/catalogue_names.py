"""Names and paths of an Airflow line: which import a short name stands for, and which name a path has."""

from __future__ import annotations

import difflib
from functools import cache, cached_property
from typing import Final

from airflownet.judge.catalogue import Catalogue, ClassInfo, load_catalogue

STANDARD: Final = {
    "timedelta": "datetime.timedelta",
    "datetime": "datetime.datetime",
    "date": "datetime.date",
    "time": "datetime.time",
    "ZoneInfo": "zoneinfo.ZoneInfo",
    "Path": "pathlib.Path",
    "Decimal": "decimal.Decimal",
    "UUID": "uuid.UUID",
}
"""Short names outside Airflow."""
BUILTIN: Final = frozenset(
    {"int", "str", "float", "bool", "list", "dict", "tuple", "set", "frozenset", "bytes"}
)
KEPT_DOTTED: Final = frozenset({"pendulum", "json", "tempfile", "os.path"})
"""Modules that are imported whole: ``pendulum.datetime``."""
_OTHER_NAME: Final = {
    "Asset": "Dataset",
    "AssetAlias": "DatasetAlias",
    "AssetAll": "DatasetAll",
    "AssetAny": "DatasetAny",
}
"""What Airflow 2 calls them."""
_RANKED: Final = (
    "airflow.sdk",
    "airflow.providers.standard.",
    "airflow.models",
    "airflow.providers.",
    "airflow.",
)


class CatalogueNames:
    """The names of one line. Use ``names_of``.

    Attributes:
        catalogue: the line's catalogue.
        line: ``3.3``.
    """

    def __init__(self, airflow: str) -> None:
        self.catalogue: Catalogue = load_catalogue(airflow)
        self.line = self.catalogue.line

    @property
    def is_airflow_3(self) -> bool:
        """True from 3.0 on, where DAG authors import from ``airflow.sdk``."""
        return int(self.line.split(".")[0]) >= 3

    @cached_property
    def _of_sdk(self) -> frozenset[str]:
        module = self.catalogue.module("airflow.sdk") if self.is_airflow_3 else None
        return frozenset(module.exports if module is not None else ())

    def place(self, name: str) -> tuple[str, str] | None:
        """Returns (module, name) to import a short name from; None when the line does not have it."""
        if not self.is_airflow_3:
            name = _OTHER_NAME.get(name, name)
        if name in self._of_sdk:
            return "airflow.sdk", name
        places = [module for module in self.catalogue.places_of(name) if "._" not in module]
        return (min(places, key=_rank), name) if places else None

    def final_path(self, path: str) -> str:
        """Returns where the thing at a dotted path is defined."""
        return self.catalogue.resolve_path(path).path or path

    def short(self, path: str) -> str:
        """Returns the shortest name that means the path: the short one, or the path itself."""
        for name, full in STANDARD.items():
            if path == full or path.startswith(f"{full}."):
                return name + path[len(full) :]
        if path.startswith("posixpath."):
            return f"os.path.{path.removeprefix('posixpath.')}"
        if not path.startswith("airflow."):
            return path
        module, name, rest = self.split(path)
        if not name:
            return path
        found = self.place(name)
        same = found is not None and self.final_path(f"{found[0]}.{found[1]}") == self.final_path(
            f"{module}.{name}"
        )
        return f"{name}{rest}" if same else path

    def split(self, path: str) -> tuple[str, str, str]:
        """Returns module, name in it, and what follows with its dot, of a path below ``airflow``."""
        parts = path.split(".")
        for n in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:n])
            if self.catalogue.has_module(module):
                return module, parts[n], "".join(f".{part}" for part in parts[n + 1 :])
        return path, "", ""

    def operator(self, name: str) -> ClassInfo | None:
        """Returns the operator class of a short name or path; None when the line has none of it."""
        place = self.operator_place(name)
        return self.catalogue.class_(f"{place[0]}.{place[1]}") if place is not None else None

    def operator_place(self, name: str) -> tuple[str, str] | None:
        """Returns (module, name) to import an operator from."""
        if "." in name:
            module, _, short = name.rpartition(".")
            found = self.catalogue.class_(name)
            if found is not None and found.is_operator:
                return module, short
            return None
        place = self.place(name)
        if place is None:
            return None
        found = self.catalogue.class_(f"{place[0]}.{place[1]}")
        return place if found is not None and found.is_operator else None

    def decorator(self, name: str) -> bool:
        """Tells whether ``@task``, ``@task.<name>``, ``@setup`` or ``@teardown`` exists."""
        if name in ("@task", "@setup", "@teardown"):
            return True
        return name.startswith("@task.") and name.removeprefix("@task.") in self.catalogue.task_decorators

    @cached_property
    def operators(self) -> tuple[str, ...]:
        """Short names of the operators and sensors, sorted; base classes left out."""
        found = []
        for name in self.catalogue.names:
            if name[:1].isupper() and not name.startswith("Base") and self.operator_place(name) is not None:
                found.append(name)
        return tuple(sorted(found))

    @cached_property
    def decorators(self) -> tuple[str, ...]:
        """``@task`` and ``@task.<name>``, sorted."""
        return ("@task", *(f"@task.{name}" for name in sorted(self.catalogue.task_decorators)))

    def nearest_operator(self, name: str) -> str:
        """Returns the operator or decorator whose name is nearest to one that does not exist, or empty.

        Words in common count more than equal letters: among the names that share most words with it, the
        one spelt most alike is taken.
        """
        if name.startswith("@"):
            return next(iter(difflib.get_close_matches(name, self.decorators, 1, 0.6)), "")
        short = name.rpartition(".")[2]
        if short != name and self.operator_place(short) is not None:
            return short
        words = _words(short)
        best: list[tuple[float, str]] = []
        for other in self.operators:
            shared = words & _words(other)
            if len(shared) * 2 >= len(words):
                overlap = 2 * len(shared) / (len(words) + len(_words(other)))
                best.append((overlap, other))
        most = max((overlap for overlap, _ in best), default=0.0)
        near = [other for overlap, other in best if overlap >= most - 0.15]
        cutoff = 0.6 if near else 0.8
        return next(iter(difflib.get_close_matches(short, near or self.operators, 1, cutoff)), "")


def _rank(module: str) -> tuple[int, int, str]:
    return next((n for n, prefix in enumerate(_RANKED) if module.startswith(prefix)), 9), len(module), module


@cache
def _words(name: str) -> frozenset[str]:
    """Returns the words of a class name: ``S3`` and ``Redshift`` of ``S3ToRedshiftOperator``."""
    import re

    parts = re.findall(r"[A-Z]+[0-9]*(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", name)
    return frozenset(part.lower() for part in parts) - {"operator", "to"}


@cache
def names_of(airflow: str) -> CatalogueNames:
    """Returns the names of an Airflow line or version; the same object for the same text.

    Raises:
        InputError: there is no catalogue for it.
    """
    return CatalogueNames(airflow)
