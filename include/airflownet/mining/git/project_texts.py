"""The files of one commit, for judging its DAG files in their project; read by ``git cat-file``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from airflownet.mining.git.command import git_output
from airflownet.mining.git.object_reader import ObjectReader
from airflownet.mining.project.links import aliases_of, first_links
from airflownet.mining.project.texts import MOST_BYTES, HeldTexts, is_plain
from airflownet.mining.source import git_blob_sha1
from airflownet.records import Licence

_MOST_LINK_BYTES: Final = 4_096
_LINK: Final = "120000"
_REGULAR = ("100644", "100755", "100664")


class GitTexts:
    """The regular files of a commit, and those that links within it lead to.

    Args:
        directory: of the repository's objects.
        repo: its name, for messages.
        commit: the commit.
        is_out: whether (path, blob) is opted out; such a file is not read.
        licence: of (path, text).
    """

    def __init__(
        self,
        directory: Path,
        repo: str,
        commit: str,
        is_out: Callable[[str, str], bool],
        licence: Callable[[str, str], Licence],
    ) -> None:
        self._reader = ObjectReader(directory, repo)
        self._licence = licence
        self._held = HeldTexts()
        self._sha1s: dict[str, str] = {}
        links: dict[str, str] = {}
        output = git_output(directory, "ls-tree", "-r", "-z", "--full-tree", commit, purpose=repo)
        for line in output.split(b"\0"):
            head, _, name = line.partition(b"\t")
            mode, _, sha1 = head.decode("ascii", "replace").split(" ") if head else ("", "", "")
            path = name.decode("utf-8", "backslashreplace")
            if mode in _REGULAR and is_plain(path) and not is_out(path, sha1):
                self._sha1s[path] = sha1
            elif mode == _LINK and is_plain(path):
                links[path] = sha1
        pointed = ((path, self._reader.read(sha1, _MOST_LINK_BYTES)) for path, sha1 in first_links(links))
        targets = {path: data.decode("utf-8", "replace") for path, data in pointed if data is not None}
        for alias, path in aliases_of(targets, self._sha1s).items():
            if not is_out(alias, self._sha1s[path]):
                self._sha1s[alias] = self._sha1s[path]

    def paths(self) -> Iterable[str]:
        """Returns the regular files."""
        return self._sha1s

    def is_here(self, path: str) -> bool:  # noqa: ARG002 - as the protocol has it
        """All files are: git reads one as it is asked for."""
        return True

    def fetch(self, paths: Sequence[str]) -> None:
        """Nothing is to be fetched."""

    def read(self, path: str) -> bytes | None:
        """Returns the content of a file, None for one that is too large or not what its name says.

        Raises:
            SourceError: git cannot read the repository.
        """
        if path not in self._held:
            sha1 = self._sha1s.get(path)
            content = self._reader.read(sha1, MOST_BYTES) if sha1 is not None else None
            is_right = content is not None and git_blob_sha1(content) == sha1
            self._held.put(path, content if is_right else None)
        return self._held.get(path)

    def licence(self, path: str, text: str) -> Licence:
        """Returns the licence of one file, as of a DAG file in its place."""
        return self._licence(path, text)
