"""The files of a release's archive that its examples may need: they were read with the examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from airflownet.mining.project.texts import HeldTexts, is_plain
from airflownet.records import Licence


class ArchiveTexts:
    """What was read of an archive.

    Args:
        contents: path without the archive's top folder -> content.
        licence: of (path, text).
    """

    def __init__(self, contents: Mapping[str, bytes | None], licence: Callable[[str, str], Licence]) -> None:
        self._paths = [path for path in contents if is_plain(path)]
        self._held = HeldTexts(contents)
        self._licence = licence

    def paths(self) -> Iterable[str]:
        """Returns the files that were read."""
        return self._paths

    def is_here(self, path: str) -> bool:  # noqa: ARG002 - as the protocol has it
        """All files are."""
        return True

    def fetch(self, paths: Sequence[str]) -> None:
        """Nothing is to be fetched."""

    def read(self, path: str) -> bytes | None:
        """Returns the content."""
        return self._held.get(path)

    def licence(self, path: str, text: str) -> Licence:
        """Returns the licence of one file, as of an example in its place."""
        return self._licence(path, text)
