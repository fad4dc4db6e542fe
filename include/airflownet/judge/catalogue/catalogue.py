"""The queries: what exists on one Airflow line, and what it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from airflownet.errors import InputError
from airflownet.judge.catalogue.answers import (
    ClassInfo,
    FunctionInfo,
    Module,
    Package,
    Resolution,
    TaskDecorator,
)
from airflownet.judge.catalogue.bounded import Bounded
from airflownet.judge.catalogue.class_reader import ClassReader
from airflownet.judge.catalogue.installed import Installed
from airflownet.judge.catalogue.packages import Packages
from airflownet.judge.catalogue.resolver import Resolver
from airflownet.judge.catalogue.store import known_lines, read_index, read_record
from airflownet.judge.catalogue.suggest import suggest
from airflownet.judge.catalogue.task_decorators import TaskDecorators

Record = dict[str, Any]
MODULE_NAMES = ("__all__", "__doc__", "__file__", "__name__", "__path__")


class Catalogue:
    """One Airflow line with its official providers; modules are decoded when first asked for.

    Args:
        line: ``3.3``.
        index: of one environment; without it the line's, as shipped.
        read: returns a module record by its chunk (offset, size), start and length.

    Attributes:
        line: ``3.3``.
        installed: the other modules of an environment; None for a line, whose files may lie anywhere.
        version: the patch release that was read, for example ``3.3.2``.
        python: the Python for which version switches in the sources were settled.
    """

    def __init__(
        self,
        line: str,
        index: Record | None = None,
        read: Callable[[tuple[int, int], int, int], Record] = read_record,
    ) -> None:
        self._index = read_index(line) if index is None else index
        self._read_record = read
        self.installed = Installed.of_index(self._index)
        self._places: dict[str, list[int]] = self._index["modules"]
        self._chunks: list[list[int]] = self._index["chunks"]
        self._records: dict[str, Record] = {}
        self._methods: dict[str, Record] = {}
        self._classes: dict[str, ClassInfo] = {}
        self._classes_at: dict[str, ClassInfo | None] = Bounded()
        self._import_errors: dict[str, str] = Bounded()
        self._resolutions: dict[tuple[str, str], Resolution] = Bounded()
        self._resolver = Resolver(self.record, self.class_at)
        self._reader = ClassReader(self._resolver.class_record, self._methods_of, self._resolver.final_path)
        self.line = line
        self.version: str = self._index["version"]
        self.extensions: frozenset[str] = frozenset(self._index.get("extensions", ()))
        """Top-level packages of an environment, other than Airflow, that were read as Airflow's are."""
        self.python: tuple[int, int] = (self._index["python"][0], self._index["python"][1])

    def record(self, path: str) -> Record | None:
        """Returns the raw record of a module, None when there is none of that path."""
        if path not in self._records:
            place = self._places.get(path)
            if place is None:
                return None
            self._records[path] = self._read(place[:3])
        return self._records[path]

    def methods_record(self, path: str) -> Record:
        """Returns the methods of a module's classes: ``Class`` or ``Outer.Inner`` -> name -> record."""
        if path not in self._methods:
            place = self._places.get(path, [])
            self._methods[path] = self._read(place[3:]) if len(place) > 3 else {}
        return self._methods[path]

    def _read(self, place: list[int]) -> Record:
        chunk, start, length = place
        offset, size_bytes = self._chunks[chunk]
        return self._read_record((offset, size_bytes), start, length)

    def _methods_of(self, path: str) -> Record:
        """Returns the methods that the class at a final path itself defines."""
        module, name = self._resolver.class_place(path)
        found: Record = self.methods_record(module).get(name, {})
        return found

    def class_at(self, path: str) -> ClassInfo:
        """Returns the class at a final path that is known to be one."""
        if path not in self._classes:
            self._classes[path] = ClassInfo(path, self._reader)
        return self._classes[path]

    @property
    def modules(self) -> tuple[str, ...]:
        """Every module path, sorted."""
        return tuple(self._places)

    def has_module(self, path: str) -> bool:
        """Returns True when ``import path`` finds a module (which may still raise: see ``module``)."""
        return path in self._places

    def covers(self, path: str) -> bool:
        """Returns True when the path is of Airflow, a provider (``airflow.x``), or what was read like one.

        A module of such a path that is absent is certainly absent; ``airflow_dbt`` is not covered, unless an
        environment's catalogue holds it.
        """
        return path == "airflow" or path.startswith("airflow.") or path.partition(".")[0] in self.extensions

    def module(self, path: str) -> Module | None:
        """Returns the module, None when there is none of that path."""
        record = self.record(path)
        if record is None:
            return None
        submodules = self._submodules.get(path, ())
        names = {name for name, entry in record["n"].items() if entry[0] != "t"} | set(submodules)
        if "w" in record and (target := self.module(record["w"][0])) is not None:
            names |= {name for name in target.names if not name.startswith("__")}
        exports = record.get("all")
        if exports is None:
            exports = [
                n for n, entry in record["n"].items() if not n.startswith("_") and entry[0] not in "tl"
            ]
        return Module(
            path=path,
            is_package="k" in record,
            names=tuple(sorted(names)),
            submodules=submodules,
            exports=tuple(sorted(exports)),
            distribution=self._distribution(path),
            has_dynamic_names="dyn" in record,
            import_error=self.import_error(path),
            deprecation=record.get("x", ""),
        )

    def import_error(self, path: str) -> str:
        """Returns why importing an existing module raises (a parent package may), empty when it imports."""
        if path not in self._import_errors:
            parent = path.rpartition(".")[0]
            error = self.import_error(parent) if parent else ""
            record = None if error else self.record(path)
            self._import_errors[path] = error or str((record or {}).get("err", ""))
        return self._import_errors[path]

    def resolve(self, module: str, name: str) -> Resolution:
        """Returns what ``from module import name`` binds, following re-exports and lazy redirects.

        ``name`` may be dotted (``TriggerRule.ALL_DONE``); then the first part is looked up in the module
        and the others as attributes.
        """
        key = (module, name)
        if key not in self._resolutions:
            self._resolutions[key] = self._resolver.resolve(module, name)
        return self._resolutions[key]

    def resolve_path(self, path: str) -> Resolution:
        """Returns what a full dotted path stands for: the longest module prefix, then names."""
        return self._resolver.resolve_path(path)

    def class_(self, path: str) -> ClassInfo | None:
        """Returns the class at the dotted path (re-exports followed), None when it is not one."""
        if path not in self._classes_at:
            target = self.resolve_path(path).target
            self._classes_at[path] = target if isinstance(target, ClassInfo) else None
        return self._classes_at[path]

    def function(self, path: str) -> FunctionInfo | None:
        """Returns the function at the dotted path (re-exports followed), None when it is not one."""
        target = self.resolve_path(path).target
        return target if isinstance(target, FunctionInfo) else None

    @cached_property
    def task_decorators(self) -> Mapping[str, TaskDecorator]:
        """``@task.<name>`` by name (``docker``, ``kubernetes``, ``branch``, ``python`` ...)."""
        return TaskDecorators(self, self._index["task_decorators"])

    def packages_of(self, module: str) -> tuple[Package, ...]:
        """Returns the known distributions that bring a module or share its top-level name, sorted.

        ``google.cloud.storage`` gives ``google-cloud-storage``; ``google`` gives every distribution below it.
        """
        return self._packages.of(module)

    @cached_property
    def _packages(self) -> Packages:
        return Packages(self._index["packages"], self._index["owners"])

    @cached_property
    def _submodules(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for path in self._places:
            parent, _, name = path.rpartition(".")
            if parent:
                found.setdefault(parent, []).append(name)
        return {parent: tuple(names) for parent, names in found.items()}

    def _distribution(self, path: str) -> str:
        owners = {prefix: name for name, prefixes in self._index["owners"].items() for prefix in prefixes}
        while path:
            if path in owners:
                return str(owners[path])
            path = path.rpartition(".")[0]
        return ""

    @property
    def names(self) -> tuple[str, ...]:
        """Public names of classes and functions, wherever they are defined, sorted."""
        return tuple(sorted(self._index["names"]))

    def places_of(self, name: str) -> tuple[str, ...]:
        """Returns the modules that define a public class or function of that name, sorted."""
        return tuple(sorted(self._index["names"].get(name, ())))

    def suggestions(self, path: str, *, limit: int = 3) -> tuple[str, ...]:
        """Returns close matches for a module path or ``module.name`` that does not exist, best first.

        The same class or function name elsewhere comes before similar spellings; official providers and
        ``airflow.sdk`` come before other places.
        """
        return suggest(self, self._index["names"], path, limit)


@lru_cache(maxsize=16)
def _catalogue(line: str) -> Catalogue:
    return Catalogue(line)


def load_catalogue(airflow: str) -> Catalogue:
    """Returns the catalogue of an Airflow line; the same object for the same line.

    Args:
        airflow: a line (``3.3``) or a full version (``3.3.1``), which maps to its line.

    Raises:
        InputError: no catalogue for that line; the message names the known ones.
    """
    line = ".".join(airflow.strip().removeprefix("v").split(".")[:2])
    if line not in known_lines():
        known = ", ".join(known_lines()) or "none built yet"
        raise InputError(
            f"no catalogue for Airflow {airflow!r}",
            f"give one of the known lines ({known}) or one of their patch releases",
        )
    return _catalogue(line)
