"""Fixes version and hash of every release before anything is downloaded.

A pinned recipe asks nobody. ``newest`` and a missing hash are looked up at the package index, so the stage's
fingerprint holds what was really read.
"""

from __future__ import annotations

import logging

from airflownet.errors import SourceError
from airflownet.mining.release_index import open_release_index
from airflownet.mining.settings import PypiSource

log = logging.getLogger(__name__)


def pin(sources: tuple[PypiSource, ...]) -> dict[PypiSource, PypiSource]:
    """Returns each source with version and hash fixed; asks the index only for those that are not.

    Raises:
        NetworkError: nothing answered.
        SourceError: the index has no such release, or gives no digest for it.
    """
    loose = [source for source in sources if not source.is_pinned]
    pinned = {source: source for source in sources if source.is_pinned}
    if loose:
        with open_release_index() as index:
            for source in loose:
                release = index.release(source.project, source.version)
                if release.sha256 is None:
                    raise SourceError(
                        f"the package index gives no SHA-256 for {release.filename}",
                        "pin version and sha256 in the recipe",
                    )
                log.warning(
                    "%s: %s, SHA-256 %s as the index tells; pin both for a reproducible run",
                    source.project,
                    release.version,
                    release.sha256,
                )
                pinned[source] = source.model_copy(
                    update={
                        "version": release.version,
                        "sha256": source.sha256 or release.sha256,
                    }
                )
    return pinned
