"""Release archives in the user's cache, each under its SHA-256, downloaded at most once.

A download goes to a temporary name, is hashed, and only then renamed: what is in the cache is right.
When every archive is there no package index is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import IntegrityError
from airflownet.hashing import sha256_file
from airflownet.mining.settings import PypiSource
from airflownet.progress import progress

if TYPE_CHECKING:
    from airflownet.mining.release_index import ReleaseIndex

PARALLEL_DOWNLOADS = 6
_EXPECTED_BYTES = 30_000_000
_PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class CachedArchive:
    """One archive in the cache, its hash checked in this run."""

    path: Path
    sha256: str


def fetch_archives(sources: Sequence[PypiSource]) -> list[CachedArchive]:
    """Returns the archives of pinned sources, in their order.

    Raises:
        NetworkError: an archive is not cached and nothing answered; finished downloads are kept.
        IntegrityError: an archive does not have the pinned hash; it is not kept.
        SourceError: the index has no such archive.
    """
    found = {source: cached_archive(pinned_sha256(source)) for source in sources}
    missing = [source for source, archive in found.items() if archive is None]
    if missing:
        from airflownet.mining.release_index import open_release_index  # takes the index's client along

        require_free_disk(cache_dir("archives"), _EXPECTED_BYTES * PARALLEL_DOWNLOADS, "Downloading archives")
        with (
            progress("Downloading archives", len(missing), "archives") as bar,
            open_release_index() as index,
            ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool,
        ):
            tasks = {pool.submit(_download, index, source): source for source in missing}
            try:
                for task in as_completed(tasks):
                    done = task.result()
                    found[tasks[task]] = done
                    bar.advance(note=done.path.name)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return [archive for source in sources if (archive := found[source]) is not None]


def pinned_sha256(source: PypiSource) -> str:
    """Returns the hash of a pinned source (``pin.pin`` pins those that are not)."""
    if source.sha256 is None:
        raise ValueError(f"{source.project} {source.version} is not pinned")
    return source.sha256


def cached_archive(sha256: str) -> CachedArchive | None:
    """Returns the archive from the cache; a file whose bytes have changed is deleted, not used."""
    folder = cache_dir("archives") / sha256
    for path in sorted(folder.glob("*")):
        if not path.name.endswith(_PARTIAL):
            if sha256_file(path) == sha256:
                return CachedArchive(path, sha256)
            path.unlink()
    return None


def _download(index: ReleaseIndex, source: PypiSource) -> CachedArchive:
    pinned = pinned_sha256(source)
    with FileLock(cache_dir("archives") / f"{pinned}.lock"):
        if (archive := cached_archive(pinned)) is not None:
            return archive  # Another run has fetched it meanwhile.
        release = index.release(source.project, source.version)
        _check(release.filename, release.sha256 or pinned, pinned)
        partial = cache_dir("archives", pinned) / (release.filename + _PARTIAL)
        index.download(release, partial)
        actual = sha256_file(partial)
        if actual != pinned:
            partial.unlink()
        _check(release.filename, actual, pinned)
        path = partial.with_name(release.filename)
        partial.replace(path)
        return CachedArchive(path, pinned)


def _check(filename: str, actual: str, pinned: str) -> None:
    if actual != pinned:
        raise IntegrityError(
            f"{filename} has SHA-256 {actual}, but the recipe pins {pinned}; it was not kept",
            "if the release was really replaced, check why and pin the new hash; otherwise the index or "
            "something on the way serves other bytes: use another index (PIP_INDEX_URL)",
        )
