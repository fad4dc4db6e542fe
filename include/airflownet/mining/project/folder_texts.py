"""The files of a project on this machine: regular files below its folder, and what links within lead to."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path

from airflownet.judge.project.folder import DiskFolder
from airflownet.mining.project.links import aliases_of
from airflownet.mining.project.texts import MOST_PATHS, is_plain
from airflownet.mining.source import git_blob_sha1
from airflownet.records import Licence


class FolderTexts:
    """A folder; it is listed once, so that one run sees one state.

    Args:
        root: the project's folder.
        not_entered: names of folders that are none of the project's.
        is_out: whether (path, blob) is opted out; such a file is not there.
        licence: of (path, text).
    """

    def __init__(
        self,
        root: Path,
        not_entered: Collection[str],
        is_out: Callable[[str, str], bool],
        licence: Callable[[str, str], Licence],
    ) -> None:
        self._root, self._not_entered = root, frozenset(not_entered)
        self._is_out, self._licence = is_out, licence
        self._folder = DiskFolder(str(root))
        self._aliases: dict[str, str] = {}

    def paths(self) -> Iterable[str]:
        """Returns the regular files, at most one more than a project may have, and what links lead to."""
        links: dict[str, str] = {}
        found = list(islice(self._walk(links), MOST_PATHS + 1))
        aliases = aliases_of(links, found).items()
        self._aliases = {alias: path for alias, path in aliases if not self._is_out(alias, "")}
        return [*found, *self._aliases]

    def _walk(self, links: dict[str, str]) -> Iterable[str]:
        top = os.fspath(self._root)
        for folder, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if name not in self._not_entered)
            here = os.path.relpath(folder, top)
            for name in sorted([*files, *folders]):
                path = name if here == "." else f"{here}/{name}"
                if is_plain(path) and Path(folder, name).is_symlink():
                    links[path] = _target(Path(folder, name))
            for name in sorted(files):
                path = name if here == "." else f"{here}/{name}"
                if is_plain(path) and not self._is_out(path, "") and _is_regular(Path(folder, name)):
                    yield path

    def is_here(self, path: str) -> bool:  # noqa: ARG002 - as the protocol has it
        """All files are."""
        return True

    def fetch(self, paths: Sequence[str]) -> None:
        """Nothing is to be fetched."""

    def read(self, path: str) -> bytes | None:
        """Returns the content, None for what is no regular file any more, outside, or too large."""
        path = self._aliases.get(path, path)
        data = self._folder.read(f"{self._folder.root}/{path}")
        return None if data is None or self._is_out(path, git_blob_sha1(data)) else data

    def licence(self, path: str, text: str) -> Licence:
        """Returns the licence of one file, as of a DAG file in its place."""
        return self._licence(path, text)


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return "/"  # as good as one that leads out


def _is_regular(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:
        return False
