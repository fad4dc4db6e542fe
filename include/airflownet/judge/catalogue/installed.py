"""What an environment has installed besides Airflow: which modules there are, by name alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any


class Installed:
    """The modules that lie on an environment's path, as its index lists them.

    Args:
        modules: dotted paths of modules and packages.
        closed: packages among them whose text says nothing of modules that do not lie in their folder.
        shared: top-level packages of which every folder of the path may hold a part.
    """

    def __init__(self, modules: Iterable[str], closed: Iterable[str], shared: Iterable[str] = ()) -> None:
        self.modules = frozenset(modules)
        self._closed = frozenset(closed)
        self._shared = frozenset(shared)

    @classmethod
    def of_index(cls, index: Mapping[str, Any]) -> Installed | None:
        """Returns what the index of an environment lists, None for that of a line."""
        if "installed" not in index:
            return None
        return cls(index["installed"], index["closed"], index["shared"])

    def hides(self, top: str) -> bool:
        """Whether what is installed hides a package of that name that lies further on the path."""
        return top in self.modules and top not in self._shared

    def lacking(self, path: str) -> str | None:
        """Returns the first part of a dotted path that is certainly not there, None where all may be."""
        parts = path.split(".")
        if parts[0] in sys.stdlib_module_names:
            return None
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            if name not in self.modules:
                return name
            if name not in self._closed:
                return None
        return None
