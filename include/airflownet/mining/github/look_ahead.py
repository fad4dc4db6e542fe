"""Files of several repositories in one query: what the next ones need is brought with what this one needs.

After a night with a few pushes each repository lacks a file or two, and a query takes a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence

from airflownet.mining.github.blob_store import BlobStore
from airflownet.mining.github.blobs import MOST_BYTES_PER_QUERY, MOST_PER_QUERY, archive_pays, by_graphql
from airflownet.mining.github.client import GithubClient
from airflownet.mining.github.listing import Listing, list_files
from airflownet.mining.github.refs import UnreadableError
from airflownet.mining.github.snapshot import SnapshotRow
from airflownet.mining.source import Limits

MOST_ROWS = 50
"""Commits that are listed ahead; their listings are held in memory."""


class LookAhead:
    """The commits that one run reads, in order, and how far files were brought for them."""

    def __init__(self, rows: Sequence[SnapshotRow]) -> None:
        self._rows = rows
        self._position = {row: index for index, row in enumerate(rows)}
        self._brought = 0
        """Rows before this one were looked at."""
        self._listings: dict[SnapshotRow, Listing] = {}

    def listing(self, client: GithubClient, store: BlobStore, row: SnapshotRow, limits: Limits) -> Listing:
        """Returns the listing of a commit, after bringing the files of it and of those behind it together.

        Raises:
            UnreadableError: the repository is not there any more.
            NetworkError, RateLimitError: what was fetched until then is stored.
        """
        listing = self._listings.pop(row, None)
        if listing is None:
            listing = list_files(client, row, limits)
            if self._position.get(row, -1) >= self._brought and not client.access.is_anonymous:
                self._bring(client, store, row, listing, limits)
        return listing

    def _bring(
        self, client: GithubClient, store: BlobStore, row: SnapshotRow, listing: Listing, limits: Limits
    ) -> None:
        first = self._position[row]
        groups: list[tuple[SnapshotRow, list[str]]] = []
        taken: set[str] = set()
        size_bytes = 0
        for index in range(first, min(first + MOST_ROWS, len(self._rows))):
            here = self._rows[index]
            if index > first:
                ahead = self._listed(client, here, limits)
                if ahead is None:
                    self._brought = index + 1
                    continue
                listing = ahead
            sizes = {entry.sha1: entry.size_bytes for entry in listing.wanted}
            missing = store.missing(sizes)
            new = [sha1 for sha1 in missing if sha1 not in taken]
            if not archive_pays(client, here, len(missing)) and len(new) <= MOST_PER_QUERY:
                size_bytes += sum(sizes[sha1] for sha1 in new)
                if len(taken) + len(new) > MOST_PER_QUERY or size_bytes > MOST_BYTES_PER_QUERY:
                    break
                taken.update(new)
                groups += [(here, new)] if new else []
            self._brought = index + 1
        if len(groups) > 1:
            store.put(by_graphql(client, groups))
            for here, new in groups:
                store.hold(here.repo_id, new)

    def _listed(self, client: GithubClient, row: SnapshotRow, limits: Limits) -> Listing | None:
        """Returns the listing of a commit further on, None where there is nothing to read."""
        if row.reason or limits.opt_out.has_repository(row.repo):
            return None
        if row not in self._listings:
            try:
                self._listings[row] = list_files(client, row, limits)
            except UnreadableError:
                return None  # told when its turn comes
        return self._listings[row]
