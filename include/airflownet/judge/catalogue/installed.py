"""What an environment has installed besides Airflow: which modules there are, by name alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from airflownet.judge.catalogue.standard_modules import standard_tops

_BROUGHT: Final = {"distutils": "setuptools"}
"""Module that another package puts in the place of a removed one of Python's."""


class Installed:
    """The modules that lie on an environment's path, as its index lists them.

    Args:
        modules: dotted paths of modules and packages.
        closed: packages among them whose text says nothing of modules that do not lie in their folder.
        shared: top-level packages of which every folder of the path may hold a part.
        python: the environment's Python, (3, 0) where it is not known.
    """

    def __init__(
        self,
        modules: Iterable[str],
        closed: Iterable[str],
        shared: Iterable[str] = (),
        python: tuple[int, int] = (3, 0),
    ) -> None:
        self.modules = frozenset(modules)
        self._closed = frozenset(closed)
        self._shared = frozenset(shared)
        self.standard = standard_tops(python)
        self.is_newer_python = python > sys.version_info[:2]

    @classmethod
    def of_index(cls, index: Mapping[str, Any]) -> Installed | None:
        """Returns what the index of an environment lists, None for that of a line."""
        if "installed" not in index:
            return None
        return cls(
            index["installed"], index["closed"], index["shared"], (index["python"][0], index["python"][1])
        )

    def hides(self, top: str) -> bool:
        """Whether what is installed hides a package of that name that lies further on the path."""
        return top in self.modules and top not in self._shared

    def lacking(self, path: str) -> str | None:
        """Returns the first part of a dotted path that is certainly not there, None where all may be."""
        parts = path.split(".")
        if parts[0] in self.standard or _BROUGHT.get(parts[0]) in self.modules:
            return None
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            if name not in self.modules:
                return name
            if name not in self._closed:
                return None
        return None
