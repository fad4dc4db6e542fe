"""One release's file from the package index, kept in the cache once its hash is right.

``fetch(LLAMA_CPP_PYTHON)`` downloads 77 MB the first time and hashes a file afterwards. A broken
download continues where it stopped (HTTP range requests); a file with a wrong hash is deleted, never used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import requests
from pypi_simple import DistributionPackage, NoSuchProjectError, PyPISimple

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import IntegrityError, NetworkError, SetupError
from airflownet.progress import progress
from airflownet.toolchain.package_index import open_index
from airflownet.toolchain.waiting_lock import waiting_lock

CHUNK_BYTES = 1 << 20
TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class SourceArchive:
    """A source release or a wheel, pinned by version and hash."""

    project: str
    version: str
    filename: str
    size_bytes: int
    """What the file takes; 0 where nobody wrote it down. The free disk is checked for twice as much."""
    sha256: str
    again: str = "run `make setup` again"
    """What the user does once the cause of a failure is removed."""
    instead: str = "put llama.cpp on PATH"
    """What the user can do without the file."""


def fetch(archive: SourceArchive) -> Path:
    """Returns the archive's path in the cache, downloaded when it is not there.

    Raises:
        NetworkError: nothing answered; what was downloaded so far is kept and continued next time.
        IntegrityError: the bytes are not the pinned ones; they are deleted.
        SetupError: the index does not have this release.
        DiskSpaceError: less is free than the archive needs.
    """
    path = cache_dir("downloads") / archive.filename
    with waiting_lock(path.with_name(path.name + ".lock"), f"Downloading {archive.filename}"):
        if path.is_file() and sha256_of(path) == archive.sha256:
            return path
        path.unlink(missing_ok=True)
        require_free_disk(path.parent, 2 * archive.size_bytes, f"Downloading {archive.filename}")
        part = path.with_name(path.name + ".part")
        try:
            with open_index() as index:
                _download(index, _release(index, archive), part, archive)
        except (requests.RequestException, OSError) as error:
            raise _network_error(error, archive, path) from error
        found = sha256_of(part)
        if found != archive.sha256:
            part.unlink()
            raise IntegrityError(
                f"{archive.filename} has sha256 {found}, pinned is {archive.sha256}; "
                "the file was deleted and nothing of it was used",
                f"{archive.again}; if it stays wrong, the package index or a proxy serves other bytes",
            )
        part.replace(path)
    return path


def sha256_of(path: Path) -> str:
    """Returns the file's SHA-256 as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _release(index: PyPISimple, archive: SourceArchive) -> DistributionPackage:
    try:
        page = index.get_project_page(archive.project, timeout=TIMEOUT_S)
    except NoSuchProjectError as error:
        raise _not_offered(archive) from error
    for package in page.packages:
        if package.filename == archive.filename:
            return package
    raise _not_offered(archive)


def _download(index: PyPISimple, package: DistributionPackage, part: Path, archive: SourceArchive) -> None:
    have_bytes = part.stat().st_size if part.exists() else 0
    if have_bytes and have_bytes == (archive.size_bytes or package.size):
        return
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have_bytes}-"} if have_bytes else {})
    with index.s.get(package.url, headers=headers, stream=True, timeout=TIMEOUT_S) as response:
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink()
        response.raise_for_status()
        continues = response.status_code == requests.codes.partial_content
        to_come_bytes = int(response.headers.get("Content-Length", 0))
        total_bytes = archive.size_bytes or to_come_bytes + (have_bytes if continues else 0)
        with (
            part.open("ab" if continues else "wb") as file,
            progress(f"Downloading {archive.filename}", total_bytes / 1e6, "MB") as bar,
        ):
            bar.update(have_bytes / 1e6 if continues else 0.0)
            for chunk in response.iter_content(CHUNK_BYTES):
                file.write(chunk)
                bar.advance(len(chunk) / 1e6)


def _network_error(error: Exception, archive: SourceArchive, path: Path) -> NetworkError:
    return NetworkError(
        f"{archive.filename} could not be downloaded: {_without_credentials(error)}; "
        "what was downloaded or built so far is kept",
        f"connect to the network, set PIP_INDEX_URL to an index you can reach, or put the file at {path}; "
        f"then {archive.again}",
    )


def _without_credentials(error: Exception) -> str:
    """An index address may hold a password; only the kind of failure is shown for those."""
    text = f"{type(error).__name__}: {error}"
    return "the address is not shown: it holds a password" if "@" in text else text[:200]


def _not_offered(archive: SourceArchive) -> SetupError:
    return SetupError(
        f"the configured package index does not offer {archive.filename}",
        f"set PIP_INDEX_URL to one that has {archive.project} {archive.version}, or {archive.instead}",
    )
