"""The project's files as the judge reads them, with a record of what it looked at.

What a source has not brought yet is as good as unreadable and noted as missing; who judges brings it and
judges again.
"""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from airflownet.judge.project.folder import TextFolder
from airflownet.mining.project.texts import ProjectTexts

ROOT: Final = "/project"
"""Where the judge is told that a mined project lies."""
_MOST_NAMES: Final = 5_000
"""Of one folder that is listed."""

Redactor = Callable[[str, str], str | None]
"""(path, text) -> the text without secrets and personal data; None where that cannot be had."""


class RecordedFolder(TextFolder):
    """One project at one ref; nothing of it is on disk.

    Args:
        texts: the source's files.
        redactor: what is done to a text before anything sees it; None for nothing.
    """

    def __init__(self, texts: ProjectTexts, redactor: Redactor | None = None) -> None:
        self._texts = texts
        self._redactor = redactor
        self._redacted: dict[str, bytes | None] = {}
        super().__init__(_Contents(texts.paths(), self._content), ROOT)
        self.missing: set[str] = set()
        self.read_paths: set[str] = set()
        self.named_paths: set[str] = set()
        """Paths whose being there was looked at; folders end with ``/``."""
        self.lists_names = False
        """Whether what listings give is noted: a walk goes by it, the reading of manifests does not."""

    @property
    def n_files(self) -> int:
        """Number of files of the project."""
        return len(self._files)

    def again(self) -> RecordedFolder:
        """Returns the folder as one that nothing was read of yet, for what the judge keeps by folder."""
        other = copy.copy(self)
        other.missing = set()
        other.start_record()
        return other

    def start_record(self) -> None:
        """Forgets what was looked at until now."""
        self.read_paths, self.named_paths = set(), set()

    def kind(self, path: str) -> str:
        """Returns ``file``, ``folder``, or nothing for what is not there or outside."""
        found = super().kind(path)
        if found:
            below = self._below(path) or ""
            self.named_paths.add(below if found == "file" else f"{below}/")
        return found

    def read(self, path: str) -> bytes | None:
        """Returns the content of a file, redacted; None for what is not there, too large, or not here yet."""
        below = self._below(path)
        if not below or below not in self._files:
            return None
        self.read_paths.add(below)
        if not self._texts.is_here(below):
            self.missing.add(below)
            return None
        return self._content(below)

    def names(self, path: str) -> tuple[str, ...]:
        """Returns the names in a folder, sorted; the first ones of a folder that holds very many."""
        found = super().names(path)[:_MOST_NAMES]
        if self.lists_names:
            for name in found:
                self.kind(f"{path}/{name}")
        return found

    def content(self, path: str) -> bytes | None:
        """Returns the content of a path below the project that is here; leaves no record."""
        return self._content(path)

    def _content(self, path: str) -> bytes | None:
        if path not in self._redacted:
            self._redacted[path] = self._redact(path, self._texts.read(path))
        return self._redacted[path]

    def _redact(self, path: str, data: bytes | None) -> bytes | None:
        if data is None or self._redactor is None:
            return data
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return None  # what cannot be redacted is not read
        redacted = self._redactor(path, text)
        return None if redacted is None else data if redacted == text else redacted.encode()


class _Contents(Mapping[str, bytes | Callable[[], bytes | None]]):
    """Path -> a function that gives the content; the functions are made when they are asked for."""

    def __init__(self, paths: Iterable[str], content: Callable[[str], bytes | None]) -> None:
        self._paths = frozenset(paths)
        self._content = content

    def __getitem__(self, path: str) -> Callable[[], bytes | None]:
        if path not in self._paths:
            raise KeyError(path)
        return partial(self._content, path)

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def inside(path: str) -> str:
    """Returns where the judge is told that a path of the project lies."""
    return posixpath.join(ROOT, path)
