"""Which files of a commit are read, and why each of the others is not."""

from __future__ import annotations

from dataclasses import dataclass

from airflownet.judge.project.dags_folder import IGNORE_FILE
from airflownet.mining.github.client import GithubClient
from airflownet.mining.github.snapshot import SnapshotRow
from airflownet.mining.github.tree import (
    LINK,
    SUBMODULE,
    TRUNCATED_FOLDER,
    VENDORED_FOLDER,
    TreeEntry,
    list_tree,
)
from airflownet.mining.licence_files import is_licence_file
from airflownet.mining.opt_out import OPTED_OUT
from airflownet.mining.source import Limits

MOST_LICENCE_BYTES = 200_000
GAP_TREE_TRUNCATED = "gap:tree-truncated"


@dataclass(frozen=True, slots=True)
class Listing:
    """The listed entries of one commit."""

    files: list[tuple[TreeEntry, str | None]]
    """Each with the reason for which it is not read, sorted by path."""
    licences: list[TreeEntry]
    """Licence files, sorted by path."""
    has_ignore_lists: bool = False
    """Whether there is an ``.airflowignore``."""

    @property
    def wanted(self) -> list[TreeEntry]:
        """The entries whose contents are read."""
        return [entry for entry, reason in self.files if reason is None] + self.licences


def list_files(client: GithubClient, row: SnapshotRow, limits: Limits) -> Listing:
    """Returns every Python file below the source's folders, and what in them is not to be read.

    Raises:
        UnreadableError: the repository is not there any more.
    """
    files, licences = [], []
    folders = client.source.folders
    has_lists = False
    for entry in list_tree(client, row.repo_id, row.commit):
        if _is_listed(entry, folders):
            is_out = limits.opt_out.has_file(row.repo, entry.path, entry.sha1)
            files.append((entry, OPTED_OUT if is_out else why_not_read(entry, limits.max_file_bytes)))
        elif entry.path.endswith(IGNORE_FILE):
            has_lists = True
        elif is_licence_file(entry.path.rpartition("/")[2]) and entry.size_bytes <= MOST_LICENCE_BYTES:
            licences.append(entry)
    return Listing(files, [entry for entry in licences if entry.mode.startswith("100")], has_lists)


def why_not_read(entry: TreeEntry, max_file_bytes: int) -> str | None:
    """Returns the reason for which an entry is not fetched, None when it is."""
    of_mode = {
        LINK: "symlink",
        SUBMODULE: "submodule",
        VENDORED_FOLDER: "vendored-folder",
        TRUNCATED_FOLDER: GAP_TREE_TRUNCATED,
    }
    if entry.mode in of_mode:
        return of_mode[entry.mode]
    if entry.path.rpartition("/")[2] == "__init__.py":
        return "package-file"
    if entry.size_bytes == 0:
        return "empty-file"
    return "too-large" if entry.size_bytes > max_file_bytes else None


def _is_listed(entry: TreeEntry, folders: tuple[str, ...]) -> bool:
    if entry.mode == TRUNCATED_FOLDER:
        return True
    if entry.mode not in (SUBMODULE, VENDORED_FOLDER) and not entry.path.endswith(".py"):
        return False
    return not folders or any(f"/{folder}/" in f"/{entry.path}" for folder in folders)
