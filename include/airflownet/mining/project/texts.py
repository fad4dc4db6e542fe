"""The files of a project at one ref, as each kind of source has them: by path, brought in lots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from airflownet.records import Licence

MOST_BYTES: Final = 1_000_000
"""Of one file; a larger one is there and is not read."""
MOST_BYTES_IN_ALL: Final = 50_000_000
"""Of the files of one ref that are read."""
MOST_PATHS: Final = 300_000
"""Of one ref; the files of a larger one are judged by themselves."""

_MOST_PATH: Final = 1_024
"""Characters of a path: the names of folders nested without end would fill the memory."""


class ProjectTexts(Protocol):
    """What a kind of source gives of the project around its files, when one of them needs it."""

    def paths(self) -> Iterable[str]:
        """Returns the regular files of the project; no links, no names that lead out, none opted out."""
        ...

    def is_here(self, path: str) -> bool:
        """Tells whether ``read`` answers for a path without asking anyone."""
        ...

    def fetch(self, paths: Sequence[str]) -> None:
        """Brings these files, together; afterwards they are here, those that cannot be had too.

        Raises:
            SourceError: the source cannot be read (NetworkError, RateLimitError among them).
        """
        ...

    def read(self, path: str) -> bytes | None:
        """Returns the content of a file that is here, None where it cannot be had or is too large."""
        ...

    def licence(self, path: str, text: str) -> Licence:
        """Returns the licence of one file, as of a DAG file in its place."""
        ...


def is_plain(path: str) -> bool:
    """Tells whether a path stays where it is said to be, and can be shown."""
    if len(path) > _MOST_PATH or not path.isprintable() or "\\" in path:
        return False
    return not {"", ".", ".."} & set(path.split("/"))


class HeldTexts:
    """Contents of one ref that are here, within the bound on all of them."""

    def __init__(self, contents: Mapping[str, bytes | None] | None = None) -> None:
        self._contents: dict[str, bytes | None] = dict(contents or {})
        self._bytes_left = MOST_BYTES_IN_ALL - sum(len(data or b"") for data in self._contents.values())

    def __contains__(self, path: object) -> bool:
        return path in self._contents

    def put(self, path: str, data: bytes | None) -> None:
        """Keeps a content; None for one that cannot be had, and for one beyond the bounds."""
        if data is not None and len(data) > min(MOST_BYTES, self._bytes_left):
            data = None
        self._contents[path] = data
        self._bytes_left -= len(data or b"")

    def get(self, path: str) -> bytes | None:
        """Returns the content, None where it could not be had or is not here."""
        return self._contents.get(path)
