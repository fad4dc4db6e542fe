"""A whole commit in one request: its archive, read as it arrives, never held as a whole."""

from __future__ import annotations

import logging
import tarfile
import zlib
from collections.abc import Iterator, Mapping

from airflownet.mining.github.access import TIMEOUT_S
from airflownet.mining.github.client import GithubClient
from airflownet.mining.github.snapshot import SnapshotRow
from airflownet.mining.source import git_blob_sha1

log = logging.getLogger(__name__)


def blobs_of_archive(
    client: GithubClient, row: SnapshotRow, wanted: Mapping[str, int]
) -> Iterator[tuple[str, bytes]]:
    """Yields the wanted files with their git SHA-1, in the archive's order; fewer when it breaks off.

    Args:
        client: asks for the archive's address.
        row: the commit.
        wanted: git SHA-1 -> size in bytes.

    ``export-ignore`` and ``export-subst`` of a repository's ``.gitattributes`` leave files out or change
    them: those must be had in another way.
    """
    import requests
    import urllib3

    sizes = set(wanted.values())
    path = f"/repositories/{row.repo_id}/tarball/{row.commit}"
    status, told, _ = client.send("GET", path, {})
    if status not in (302, 307) or "location" not in told:
        log.info("%s: no archive (status %d)", row.repo, status)
        return
    # The address is signed for a few minutes; the token does not travel there.
    try:
        with requests.get(told["location"], stream=True, timeout=TIMEOUT_S) as response:
            client.counts["sent"] += 1
            if response.status_code != 200:
                log.info("%s: no archive (status %d)", row.repo, response.status_code)
                return
            with tarfile.open(fileobj=response.raw, mode="r|gz") as archive:
                for member in archive:
                    file = archive.extractfile(member) if member.isreg() and member.size in sizes else None
                    if file is None:
                        continue
                    content = file.read()
                    sha1 = git_blob_sha1(content)
                    if sha1 in wanted:
                        yield sha1, content
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        tarfile.TarError,
        zlib.error,
        EOFError,
        OSError,
    ) as error:
        log.info("%s: the archive broke off (%s)", row.repo, type(error).__name__)
