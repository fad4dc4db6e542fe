"""Which files of a repository speak about its licence, and which of them hold for a given path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

_LICENCE_FILE = re.compile(
    r"(?:un)?licen[sc]e(?:[-_.].*)?|copying(?:[-_.].*)?|.*[-_.]licen[sc]e(?:\.txt|\.md|\.rst)?", re.IGNORECASE
)
_NOTICE_FILE = re.compile(r"notice(?:\.txt|\.md|\.rst)?", re.IGNORECASE)
_NOT_TEXT = (".py", ".js", ".ts", ".json", ".html", ".xml", ".yml", ".yaml", ".png", ".svg", ".go", ".java")

VENDORED: Final = frozenset(
    {
        ".venv",
        "_vendor",
        "_vendored",
        "bower_components",
        "dist-packages",
        "node_modules",
        "site-packages",
        "third-party",
        "third_party",
        "thirdparty",
        "vendor",
        "vendored",
        "venv",
    }
)


@cache
def is_licence_file(name: str) -> bool:
    """Tells whether a file name is that of a licence or notice, as ``LICENSE-MIT`` or ``COPYING.txt``."""
    return is_notice_file(name) or (
        bool(_LICENCE_FILE.fullmatch(name)) and not name.lower().endswith(_NOT_TEXT)
    )


def is_notice_file(name: str) -> bool:
    """Tells whether a file name is that of an attribution notice (Apache licence, section 4d)."""
    return bool(_NOTICE_FILE.fullmatch(name))


def vendored_folder(path: str) -> str | None:
    """Returns the first folder of a path that holds other people's code, None when there is none."""
    return next((name for name in path.split("/")[:-1] if name.lower() in VENDORED), None)


def nearest(path: str, licence_paths: Mapping[str, str]) -> list[str]:
    """Returns the licence files of the nearest folder upward that has some, sorted; notices do not count.

    ``licence_paths`` maps folder (empty for the top) to the names in it joined by ``/``.
    """
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        if names := licence_paths.get(folder):
            return [f"{folder}/{name}" if folder else name for name in names.split("/")]
    return []


def by_folder(paths: Mapping[str, str]) -> dict[str, str]:
    """Returns folder -> names of its licence files joined by ``/``, for ``nearest``."""
    folders: dict[str, list[str]] = {}
    for path in sorted(paths):
        folder, _, name = path.rpartition("/")
        if not is_notice_file(name):
            folders.setdefault(folder, []).append(name)
    return {folder: "/".join(names) for folder, names in folders.items()}
