"""What the files of a project declare, gathered: each with the place where it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

MOST_PACKAGES: Final = 10_000
_VERSION = re.compile(r"[=<>~]=?\s*\d|://")
_NAME = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class Pin:
    """A version that the project names, and where."""

    version: str
    place: str
    """For example ``Dockerfile, line 1``."""
    rank: int
    """The lower, the more it says of the Airflow that runs: an image, a lock file, a requirement."""


@dataclass(slots=True)
class Declared:
    """Filled by the readers of the single kinds of files; the first one that names a thing counts."""

    packages: dict[str, str] = field(default_factory=dict)
    """Normalised name of a distribution -> the place that declares it."""
    requirements: dict[str, str] = field(default_factory=dict)
    """Normalised name -> what to install, as pip takes it; a lock file's version wins."""
    airflow: list[Pin] = field(default_factory=list)
    python: list[Pin] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    """Airflow's Variables: text, or the value of JSON."""
    connections: dict[str, str] = field(default_factory=dict)
    """Name of a connection -> the place that defines it."""
    environment: dict[str, str] = field(default_factory=dict)
    python_path: list[tuple[str, str]] = field(default_factory=list)
    """(folder that an image or the like puts on ``PYTHONPATH``, where the file lies that does so)."""
    ignore_syntax: str = ""
    """What ``[core] dag_ignore_file_syntax`` of an ``airflow.cfg`` says: ``glob`` or ``regexp``."""
    is_image: bool = False
    """Whether an image is being read, of which a later step with a version wins over an earlier one."""
    is_whole_image: bool = False
    """Whether the image is one that brings more providers than Airflow alone."""

    def package(self, name: str, place: str, requirement: str = "", *, is_locked: bool = False) -> None:
        """Notes that a distribution is declared, and how it would be installed.

        Args:
            name: of the distribution.
            place: what declares it.
            requirement: what pip would be given.
            is_locked: whether that counts before what was noted, as a lock file does.
        """
        key = normal_name(name)
        if len(self.packages) < MOST_PACKAGES:
            self.packages.setdefault(key, place)
            is_later_step = self.is_image and _VERSION.search(requirement) is not None
            if is_locked or is_later_step or key not in self.requirements:
                self.requirements[key] = requirement or name


def normal_name(name: str) -> str:
    """Returns the normalised name of a distribution (PEP 503)."""
    return _NAME.sub("-", name).strip("-").lower()
