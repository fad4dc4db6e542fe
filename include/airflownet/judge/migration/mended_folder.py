"""A project's files, with some of them as they would be after mending."""

from __future__ import annotations

from collections.abc import Mapping

from airflownet.judge.project.folder import ProjectFolder


class MendedFolder:
    """The project's folder, but for the files whose mended text is at hand.

    Args:
        folder: the project's own.
        texts: absolute path -> new content.
    """

    def __init__(self, folder: ProjectFolder, texts: Mapping[str, bytes]) -> None:
        self.root = folder.root
        self._folder = folder
        self._texts = dict(texts)

    def kind(self, path: str) -> str:
        """Returns what the project's folder says."""
        return self._folder.kind(path)

    def read(self, path: str) -> bytes | None:
        """Returns the mended content where there is one, else the project's."""
        found = self._texts.get(path)
        return self._folder.read(path) if found is None else found

    def names(self, path: str) -> tuple[str, ...]:
        """Returns what the project's folder says."""
        return self._folder.names(path)

    def is_link(self, path: str) -> bool:
        """Returns what the project's folder says."""
        return self._folder.is_link(path)
