"""Removes from the cache what was fetched of a repository that must not be kept."""

from __future__ import annotations

import logging

from airflownet.mining.github.blob_store import open_blob_store
from airflownet.mining.github.client import GithubClient

log = logging.getLogger(__name__)


def purge(client: GithubClient, repo_id: int, reason: str) -> None:
    """Removes the answers about a repository, and the files that only it holds.

    Args:
        client: of the repository's server.
        repo_id: the repository's number.
        reason: why, for the log: ``unavailable-for-legal-reasons`` or ``opted-out``.
    """
    with open_blob_store(client.source.base_url) as store:
        removed = store.purge(repo_id)
    client.ledger.forget_answers(repo_id)
    client.ledger.set_absent(str(repo_id), None)
    log.warning("repository %d: %s; %d files removed from the cache", repo_id, reason, removed)
