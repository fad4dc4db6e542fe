"""Links within a project: ``dags/common -> ../shared`` makes ``dags/common/x.py`` of ``shared/x.py``.

Told from the paths alone. A link that leads out of the project, to nothing, or through another link is not
there.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Collection, Mapping
from typing import Final

_MOST_LINKS: Final = 1_000
_MOST_ALIASES: Final = 20_000


def first_links(links: Mapping[str, str]) -> list[tuple[str, str]]:
    """Returns those links by path that are followed: there may be very many, and each is a file to read."""
    return sorted(links.items())[:_MOST_LINKS]


def aliases_of(links: Mapping[str, str], paths: Collection[str]) -> dict[str, str]:
    """Returns path by way of a link -> path of the regular file.

    Args:
        links: path of a link in the project -> where it points to, as it is written in it.
        paths: the regular files.
    """
    if not links:
        return {}
    known, ordered = frozenset(paths), sorted(paths)
    found: dict[str, str] = {}
    for link, pointed in first_links(links):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(link), pointed))
        if pointed.startswith("/") or target.startswith("..") or target == "." or link in known:
            continue
        if target in known:
            found[link] = target
            continue
        start = bisect_left(ordered, f"{target}/")
        for path in ordered[start : start + _MOST_ALIASES]:
            if not path.startswith(f"{target}/") or len(found) >= _MOST_ALIASES:
                break
            found.setdefault(link + path.removeprefix(target), path)
    return {alias: path for alias, path in found.items() if alias not in known}
