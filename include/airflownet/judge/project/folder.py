"""The files of a project: read with bounds, and never outside of it.

Two kinds: a folder on disk, and texts by path for a repository that is read from git objects or an API. Both
speak of absolute paths with ``/`` below ``root``; a path that leads out, by ``..`` or a link, is not there.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, Protocol

MOST_BYTES: Final = 1_000_000
"""Of one file; a larger one counts as one that cannot be read."""
_MOST_NAMES: Final = 5_000
"""Of one folder."""
_MOST_BYTES_IN_ALL: Final = 50_000_000
_MOST_FILES_KEPT: Final = 5_000


class ProjectFolder(Protocol):
    """What the judge asks of a project's files."""

    root: str
    """Absolute path of the project."""

    def kind(self, path: str) -> str:
        """Returns ``file``, ``folder``, or nothing for what is not there or outside."""
        ...

    def read(self, path: str) -> bytes | None:
        """Returns the content of a regular file, None for what is no such file, outside, or too large."""
        ...

    def names(self, path: str) -> tuple[str, ...]:
        """Returns the names in a folder, sorted."""
        ...

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a link: what looks through all folders does not follow it."""
        ...


class DiskFolder:
    """A project on disk; what was read is remembered, so that one run sees one state.

    Args:
        root: the project's folder.
        also: further folders that may be read, each as given by the user.
    """

    def __init__(self, root: str, also: tuple[str, ...] = ()) -> None:
        self.root = os.path.realpath(root)
        self.also = tuple(os.path.realpath(folder) for folder in also)
        self._forget()

    def _forget(self) -> None:
        self._kinds: dict[str, str] = {}
        self._texts: dict[str, bytes | None] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._bytes_left = _MOST_BYTES_IN_ALL

    def __getstate__(self) -> dict[str, object]:
        """Another process gets the place, and reads for itself."""
        return {"root": self.root, "also": self.also}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._forget()

    def _real(self, path: str) -> str | None:
        """Returns where a path leads, None where that is outside."""
        try:
            real = os.path.realpath(posixpath.join(self.root, path))
        except (OSError, ValueError):
            return None
        return real if any(is_below(real, folder) for folder in (self.root, *self.also)) else None

    def kind(self, path: str) -> str:
        """Returns ``file``, ``folder``, or nothing for what is not there or outside."""
        if path not in self._kinds:
            self._kinds[path] = self._kind(path)
        return self._kinds[path]

    def _kind(self, path: str) -> str:
        real = self._real(path)
        try:
            mode = Path(real).stat().st_mode if real is not None else 0
        except (OSError, ValueError):
            return ""
        return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else ""

    def read(self, path: str) -> bytes | None:
        """Returns the content of a regular file, None for what is no such file, outside, or too large."""
        if path not in self._texts:
            if len(self._texts) >= _MOST_FILES_KEPT:
                return None
            self._texts[path] = self._read(path)
        return self._texts[path]

    def _read(self, path: str) -> bytes | None:
        real = self._real(path)
        if real is None:
            return None
        try:  # a pipe that has no writer would keep us waiting; what was a file may have become a link
            number = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except (OSError, ValueError):
            return None
        state = os.fstat(number)
        if not stat.S_ISREG(state.st_mode) or state.st_size > min(MOST_BYTES, self._bytes_left):
            os.close(number)  # a folder cannot even be opened as a file
            return None
        with os.fdopen(number, "rb") as file:
            try:
                data = file.read(MOST_BYTES + 1)
            except OSError:
                return None
        self._bytes_left -= len(data)
        return data if len(data) <= MOST_BYTES else None

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a link."""
        try:
            return Path(path).is_symlink()
        except (OSError, ValueError):
            return True

    def names(self, path: str) -> tuple[str, ...]:
        """Returns the names in a folder, sorted; the first ones of a folder that holds very many."""
        if path not in self._names:
            self._names[path] = self._list(path)
        return self._names[path]

    def _list(self, path: str) -> tuple[str, ...]:
        real = self._real(path)
        if real is None:
            return ()
        try:
            with os.scandir(real) as entries:
                found = [entry.name for entry, _ in zip(entries, range(_MOST_NAMES), strict=False)]
        except (OSError, ValueError):
            return ()
        return tuple(sorted(found))


class TextFolder:
    """A project whose files are at hand by path: from git objects, or from an API.

    Args:
        files: path below the project -> content, or a function that fetches it.
        root: where the project is said to lie.
        folders: folders that are there, whether they hold one of the files or not.
    """

    def __init__(
        self,
        files: Mapping[str, bytes | Callable[[], bytes | None]],
        root: str = "/project",
        folders: Iterable[str] = (),
    ) -> None:
        self.root = root
        self._files = files
        self._folders: dict[str, set[str]] = {"": set()}
        for path in files:
            parts = path.split("/")
            for depth, part in enumerate(parts):
                self._folders.setdefault("/".join(parts[:depth]), set()).add(part)
        for path in folders:
            parts = path.split("/")
            for depth, part in enumerate(parts):
                self._folders.setdefault("/".join(parts[:depth]), set()).add(part)
            self._folders.setdefault(path, set())

    def _below(self, path: str) -> str | None:
        whole = posixpath.normpath(posixpath.join(self.root, path))
        if not is_below(whole, self.root):
            return None
        return os.path.relpath(whole, self.root) if whole != self.root else ""

    def kind(self, path: str) -> str:
        """Returns ``file``, ``folder``, or nothing for what is not there or outside."""
        below = self._below(path)
        if below is None:
            return ""
        return "file" if below in self._files else "folder" if below in self._folders else ""

    def read(self, path: str) -> bytes | None:
        """Returns the content of a file, None for what is not there, outside, or too large."""
        content = self._files.get(self._below(path) or "")
        data = content() if callable(content) else content
        return data if data is not None and len(data) <= MOST_BYTES else None

    def names(self, path: str) -> tuple[str, ...]:
        """Returns the names in a folder, sorted."""
        below = self._below(path)
        return tuple(sorted(self._folders.get(below, ()))) if below is not None else ()

    def is_link(self, path: str) -> bool:  # noqa: ARG002 - as the protocol has it
        """Texts have no links."""
        return False


def is_below(path: str, folder: str) -> bool:
    """Whether a normal absolute path is the folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def folders_below(folder: ProjectFolder, top: str, most: int) -> list[str]:
    """Returns the folder and all below it, at most that many; links are not followed."""
    found = [top]
    for here in found:  # grows while it is walked
        for name in folder.names(here):
            path = f"{here}/{name}"
            if len(found) < most and folder.kind(path) == "folder" and not folder.is_link(path):
                found.append(path)
    return found
