"""Which distribution brings a module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from airflownet.judge.catalogue.answers import Package


class Packages:
    """The distributions known of one line.

    Args:
        rows: distribution -> ``[modules, required by ..., installed?]``.
        owners: official distribution -> the shortest module paths it owns.
    """

    def __init__(self, rows: Mapping[str, Any], owners: Mapping[str, list[str]]) -> None:
        self.by_distribution: dict[str, Package] = {
            name: Package(name, tuple(modules or owners.get(name, ())), tuple(required_by), bool(installed))
            for name, (modules, required_by, installed) in rows.items()
        }

    def of(self, module: str) -> tuple[Package, ...]:
        """Returns the distributions that bring a module or share its top-level name, sorted."""
        parts = module.split(".")
        for depth in range(len(parts), 0, -1):
            prefix = ".".join(parts[:depth])
            if prefix in self._by_module:
                return tuple(self._by_module[prefix])
        below = self._below.get(module, ())
        return tuple(sorted(below, key=lambda package: package.distribution))

    @cached_property
    def _below(self) -> dict[str, set[Package]]:
        """Module path -> the distributions of what lies below it."""
        found: dict[str, set[Package]] = {}
        for name, packages in self._by_module.items():
            while "." in name:
                name = name.rpartition(".")[0]
                found.setdefault(name, set()).update(packages)
        return found

    @cached_property
    def _by_module(self) -> dict[str, list[Package]]:
        found: dict[str, list[Package]] = {}
        for package in self.by_distribution.values():
            for module in package.modules:
                found.setdefault(module, []).append(package)
        return found
