"""The files of one commit on GitHub, for judging its DAG files in their project; fetched in lots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from airflownet.mining.github.blob_store import BlobStore
from airflownet.mining.github.blobs import Wanted, fetch_blobs
from airflownet.mining.github.client import GithubClient
from airflownet.mining.github.snapshot import SnapshotRow
from airflownet.mining.github.tree import TreeEntry
from airflownet.mining.project.texts import MOST_BYTES, HeldTexts, is_plain
from airflownet.records import Licence


class GithubTexts:
    """The regular files of a commit; what the cache has is here without a request.

    Args:
        client: asks GitHub.
        store: the cache of files.
        row: the commit.
        entries: its tree.
        is_out: whether (path, blob) is opted out; such a file is neither asked for nor there.
        licence: of (path, text).
    """

    def __init__(
        self,
        client: GithubClient,
        store: BlobStore,
        row: SnapshotRow,
        entries: Iterable[TreeEntry],
        is_out: Callable[[str, str], bool],
        licence: Callable[[str, str], Licence],
    ) -> None:
        self._client, self._store, self._row = client, store, row
        self._licence = licence
        self._held = HeldTexts()
        self._entries = {
            entry.path: entry
            for entry in entries
            if entry.mode.startswith("100") and is_plain(entry.path) and not is_out(entry.path, entry.sha1)
        }

    def paths(self) -> Iterable[str]:
        """Returns the regular files."""
        return self._entries

    def is_here(self, path: str) -> bool:
        """Tells whether a file was fetched, or need not be: the cache has it, or it is too large."""
        entry = self._entries.get(path)
        if path in self._held or entry is None or entry.size_bytes > MOST_BYTES:
            return True
        content = self._store.get(entry.sha1)
        if content is not None:
            self._held.put(path, content)
        return content is not None

    def fetch(self, paths: Sequence[str]) -> None:
        """Brings the files that the cache lacks, a hundred a request where there is a token.

        Raises:
            NetworkError, RateLimitError: what was fetched until then is kept.
        """
        entries = [self._entries[path] for path in paths if path in self._entries]
        wanted = [Wanted(entry.sha1, entry.size_bytes) for entry in entries if entry.size_bytes <= MOST_BYTES]
        fetch_blobs(self._client, self._store, self._row, wanted)
        for entry in entries:
            self._held.put(entry.path, self._store.get(entry.sha1))

    def read(self, path: str) -> bytes | None:
        """Returns the content of a file that is here."""
        return self._held.get(path)

    def licence(self, path: str, text: str) -> Licence:
        """Returns the licence of one file, as of a DAG file in its place."""
        return self._licence(path, text)
