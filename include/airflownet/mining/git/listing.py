"""The files of a source's commits: each (path, content) once, under the first ref that has it.

The first commit is listed whole, each later one by its difference to the one before, so that a hundred
refs of a large repository cost little more than one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from airflownet.mining.git.command import git_output
from airflownet.mining.git.refs import EMPTY
from airflownet.mining.licence_files import is_licence_file
from airflownet.mining.source_archive import in_folders

SUBMODULE, LINK, REMOVED = b"160000", b"120000", b"000000"
_REGULAR = (b"100644", b"100755", b"100664")
_UNREAD = {LINK: "symlink", SUBMODULE: "submodule"}
_IGNORE_LIST = b".airflowignore"
_LICENCE_STARTS = (b"licen", b"unlicen", b"copying", b"notice")


class GitEntry(NamedTuple):
    """One path of a commit that is listed."""

    path: str
    """What is not printable UTF-8 stands as escapes."""
    sha1: str
    reason: str
    """Why it is not read: ``symlink``, ``submodule``, ``odd-name``; empty when it is."""


@dataclass(slots=True)
class RefListing:
    """What one ref adds to the refs before it."""

    files: list[GitEntry] = field(default_factory=list)
    """Entries ending in ``.py``, and submodules, sorted by path."""
    licences: dict[str, str] = field(default_factory=dict)
    """Path -> blob of every licence and notice file at this ref, those of earlier refs too."""
    has_ignore_lists: bool = False
    """Whether this ref or one before it has an ``.airflowignore``."""


def list_refs(
    directory: Path, repo: str, commits: tuple[tuple[str, str], ...], folders: tuple[str, ...]
) -> dict[str, RefListing]:
    """Returns ref -> listing, in the order of the commits.

    Raises:
        SourceError: a commit is not in the repository.
    """
    listings: dict[str, RefListing] = {}
    seen: set[bytes] = set()
    licences: dict[str, str] = {}
    before, has_lists = EMPTY, False
    for ref, commit in commits:
        listing = RefListing()
        for mode, sha1, name in _changes(directory, repo, before, commit):
            if name.endswith(b".py") or mode == SUBMODULE:
                known = sha1 + name
                if mode == REMOVED or known in seen:
                    continue
                entry = _entry(mode, sha1, name)
                if not folders or in_folders(entry.path, folders):
                    seen.add(known)
                    listing.files.append(entry)
            elif name.rpartition(b"/")[2].lower().startswith(_LICENCE_STARTS) or b"icen" in name:
                path = name.decode("utf-8", "replace")
                if mode in _REGULAR and is_licence_file(PurePosixPath(path).name):
                    licences[path] = sha1.decode()
                else:
                    licences.pop(path, None)
            elif name.endswith(_IGNORE_LIST):
                has_lists = True
        listing.files.sort()
        listing.licences = dict(licences)
        listing.has_ignore_lists = has_lists
        listings[ref] = listing
        before = commit
    return listings


def _entry(mode: bytes, sha1: bytes, name: bytes) -> GitEntry:
    reason = _UNREAD.get(mode, "")
    try:
        path = name.decode("utf-8")
        is_odd = not path.isprintable() or "\\" in path or (".." in path and ".." in path.split("/"))
    except UnicodeDecodeError:
        path, is_odd = name.decode("utf-8", "backslashreplace"), True
    if is_odd and not path.isprintable():
        path = ascii(path)[1:-1]
    return GitEntry(path, sha1.decode(), reason or ("odd-name" if is_odd else ""))


def _changes(directory: Path, repo: str, before: str, commit: str) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yields (mode, blob, path) of what a commit has and the one before has not; REMOVED for the opposite."""
    if commit == EMPTY:
        return
    if before == EMPTY:
        output = git_output(directory, "ls-tree", "-r", "-z", "--full-tree", commit, purpose=repo)
        for line in output.split(b"\0"):
            if line:
                head, _, path = line.partition(b"\t")
                mode, _, sha1 = head.split(b" ")
                yield mode, sha1, path
        return
    output = git_output(
        directory, "diff-tree", "-r", "-z", "--no-renames", "--raw", before, commit, purpose=repo
    )
    parts = output.split(b"\0")
    for head, path in zip(parts[::2], parts[1::2], strict=False):
        _, mode, _, sha1, _ = head.split(b" ")
        yield mode, sha1, path
