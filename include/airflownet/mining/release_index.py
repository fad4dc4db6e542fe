"""Asks the package index which source archives a release has, and downloads them with patience.

The index is the one pip is configured for. Connection errors, time-outs and the server's "later" answers
(429, 5xx) are retried with growing pauses; a plain "no" is not.
"""

from __future__ import annotations

import errno
import logging
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import requests
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version
from pypi_simple import DistributionPackage, NoSuchProjectError, PyPISimple

from airflownet.errors import DiskSpaceError, NetworkError, SourceError
from airflownet.mining.settings import NEWEST, NEWEST_PER_LINE
from airflownet.toolchain.package_index import open_index

log = logging.getLogger(__name__)

TIMEOUT_S = (10.0, 60.0)
"""To connect, and between two blocks of an answer."""
PAUSES_S = (0.5, 1.0, 2.0, 4.0)
"""Before each further try; up to half as much again is added at random."""
_CHUNK_BYTES = 1 << 16
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Release:
    """One source archive that the index offers."""

    project: str
    version: str
    filename: str
    url: str
    sha256: str | None
    """The index's own digest, None when it tells none."""


class ReleaseIndex:
    """A client of the configured index; used by several threads at once, for reading only."""

    def __init__(self, client: PyPISimple) -> None:
        self._client = client

    def release(self, project: str, version: str) -> Release:
        """Returns the ``.tar.gz`` source archive of a version; ``newest`` takes the newest final release.

        Raises:
            NetworkError: nothing answered.
            SourceError: the index has no such project or version.
        """
        archives = self._archives(project)
        if version == NEWEST:
            wanted = max(
                (v for v, p in archives.items() if not v.is_prerelease and not p.is_yanked), default=None
            )
        else:
            wanted = Version(version)
        if wanted is None or wanted not in archives:
            raise SourceError(
                f"the package index has no source archive (.tar.gz) of {project} {version}",
                "correct project and version, or use an index that has it (PIP_INDEX_URL)",
            )
        return _release(project, wanted, archives[wanted])

    def releases(self, project: str, wanted: str) -> list[Release]:
        """Returns the final releases in a range (``>=3.0,<4``), oldest first, yanked ones left out.

        With ``newest-per-line``, alone or before a range, only the newest of each major.minor line.

        Raises:
            NetworkError: nothing answered.
            SourceError: the index has no such project, or no release in the range.
        """
        archives = self._archives(project)
        specifiers = SpecifierSet(wanted.removeprefix(NEWEST_PER_LINE).strip())
        versions = sorted(
            version
            for version, package in archives.items()
            if not version.is_prerelease and not package.is_yanked and version in specifiers
        )
        if wanted.startswith(NEWEST_PER_LINE):
            versions = list({version.release[:2]: version for version in versions}.values())
        if not versions:
            raise SourceError(
                f"the package index has no source archive (.tar.gz) of {project} {wanted}",
                "correct project and versions, or use an index that has them (PIP_INDEX_URL)",
            )
        return [_release(project, version, archives[version]) for version in versions]

    def _archives(self, project: str) -> dict[Version, DistributionPackage]:
        page = self._patiently(project, lambda: self._client.get_project_page(project, timeout=TIMEOUT_S))
        return {
            parsed: package
            for package in page.packages
            if package.package_type == "sdist"
            and package.filename.endswith(".tar.gz")
            and (parsed := _version(package)) is not None
        }

    def download(self, release: Release, target: Path) -> None:
        """Writes the archive's bytes to ``target``, from the beginning at each try.

        Raises:
            NetworkError: nothing answered, or the answer broke off each time.
            SourceError: the index refuses the file.
        """

        def once() -> None:
            with self._client.s.get(release.url, stream=True, timeout=TIMEOUT_S) as response:
                response.raise_for_status()
                with target.open("wb") as file:
                    for chunk in response.iter_content(_CHUNK_BYTES):
                        file.write(chunk)

        self._patiently(release.filename, once)

    def _patiently(self, wanted: str, once: Callable[[], Answer]) -> Answer:
        for pause_s in (*PAUSES_S, None):
            try:
                return once()
            except NoSuchProjectError:
                raise SourceError(
                    f"the package index has no project {wanted}",
                    "correct the name, or use an index that has it (PIP_INDEX_URL)",
                ) from None
            except requests.RequestException as error:
                status = error.response.status_code if error.response is not None else None
                if status is not None and status not in _LATER:
                    raise SourceError(
                        f"the package index refused {wanted} with status {status}",
                        "check the access that PIP_INDEX_URL gives, or use another index",
                    ) from None
                if pause_s is None:
                    raise _no_answer(wanted, error, status) from None
                log.info("%s: %s; another try in %.1f s", wanted, type(error).__name__, pause_s)
                time.sleep(pause_s * random.uniform(1.0, 1.5))  # noqa: S311
            except ValueError as error:
                raise SourceError(
                    f"the package index does not speak the simple API: {type(error).__name__}",
                    "check PIP_INDEX_URL, and whether a login page of the network answers in its place",
                ) from error
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                raise DiskSpaceError(
                    f"the disk is full: {wanted} could not be written",
                    "free some space, or put the cache on another disk (AIRFLOWNET_CACHE_DIR)",
                ) from error
        raise AssertionError("unreachable")


def _no_answer(wanted: str, error: requests.RequestException, status: int | None) -> NetworkError:
    # The error's own text may hold the index address with a password in it.
    what = f"status {status}" if status is not None else type(error).__name__
    return NetworkError(
        f"{wanted} could not be fetched from the package index: {what}, after {len(PAUSES_S) + 1} tries. "
        "Downloads that were finished are kept",
        "check the network (or PIP_INDEX_URL and proxy settings) and run again; nothing is fetched twice",
    )


def _release(project: str, version: Version, package: DistributionPackage) -> Release:
    if Path(package.filename).name != package.filename or package.filename.startswith("."):
        raise SourceError(f"the index names an archive {package.filename!r}", "use another index")
    return Release(project, str(version), package.filename, package.url, package.digests.get("sha256"))


def _version(package: DistributionPackage) -> Version | None:
    try:
        return Version(package.version or "")
    except InvalidVersion:
        return None


@contextmanager
def open_release_index() -> Iterator[ReleaseIndex]:
    """Yields a client of the index that pip is configured to use."""
    with open_index() as client:
        if not re.match(r"https?://", client.endpoint):
            raise SourceError(
                "the configured package index is not an http address, "
                f"but begins with {client.endpoint.partition(':')[0]}:",
                "set PIP_INDEX_URL to an http or https index",
            )
        yield ReleaseIndex(client)
