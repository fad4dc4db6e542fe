"""An object store (``s3://``, ``gs://``, ``memory://``) as stages use it: whole files, patiently, as it is.

A store that does not answer is asked again for about a minute and a half; after that the error is a
``NetworkError``, which Airflow's retry policy asks again later. Files are copied in pieces.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from airflownet.errors import ArtifactError, NetworkError, SetupError

if TYPE_CHECKING:
    from upath import UPath

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

WAITS_S = (1, 2, 4, 8, 15, 30, 30)
# Errors of the stores' own libraries that are no OSError; named, so that nothing of them need be installed.
_LIBRARIES = (
    "aiobotocore",
    "aiohttp",
    "botocore",
    "gcsfs",
    "google",
    "azure",
    "adlfs",
    "requests",
    "urllib3",
)
_ANSWERS = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError)


def remote_path(location: str) -> UPath:
    """Returns the location as a path whose listings are never taken from memory: other machines write too.

    Raises:
        SetupError: what reads this kind of store is not installed.
    """
    from upath import UPath  # takes fsspec along, which local folders do without

    try:
        path = UPath(location, use_listings_cache=False)
        _ = path.fs
    except ImportError as error:
        kind = location.split("://")[0]
        raise SetupError(
            f"{location} cannot be read: {error}",
            "pip install '.[cluster]' brings S3"
            if kind in ("s3", "s3a")
            else f"install fsspec's {kind} package",
        ) from None
    return path


def read_text(location: str, name: str) -> str:
    """Returns the text of a file.

    Raises:
        FileNotFoundError: it is not there.
        NetworkError: the store does not answer.
        ArtifactError: the store refuses.
    """

    def read() -> str:
        return str((remote_path(location) / name).read_text(encoding="utf-8"))

    return _patiently(read, location)


def fetch(location: str, name: str, file: Path) -> None:
    """Copies one file to this machine; raises as ``read_text``."""
    file.parent.mkdir(parents=True, exist_ok=True)

    def copy() -> None:
        path = remote_path(location) / name
        path.fs.get_file(path.path, str(file))

    _patiently(copy, location)


def upload(file: Path, location: str, name: str) -> None:
    """Copies one file into the store, over what has its name; raises as ``read_text``."""

    def copy() -> None:
        path = remote_path(location) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.fs.put_file(str(file), path.path)

    _patiently(copy, location)


def remove(location: str, names: Iterable[str]) -> None:
    """Removes files that are there; raises as ``read_text``."""

    def remove_one(name: str) -> None:
        (remote_path(location) / name).unlink(missing_ok=True)

    for name in names:
        _patiently(lambda name=name: remove_one(name), location)  # type: ignore[misc]


def names_below(location: str) -> list[str]:
    """Returns the names of all files below a location, sorted; none when nothing is there."""

    def names() -> list[str]:
        path = remote_path(location)
        root = path.path.rstrip("/") + "/"
        found = path.fs.find(path.path)
        return sorted(str(name).lstrip("/").removeprefix(root.lstrip("/")) for name in found)

    try:
        return _patiently(names, location)
    except FileNotFoundError:
        return []


def _patiently(call: Callable[[], Answer], location: str) -> Answer:
    """Calls; asks again while the store does not answer. A second call must be as good as the first."""
    for wait_s in (*WAITS_S, None):
        try:
            return call()
        except _ANSWERS:
            raise
        except PermissionError as error:
            raise ArtifactError(
                f"{location}: the store refuses ({error})",
                "give this worker the store's keys (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or a role)",
            ) from None
        except Exception as error:
            if not _may_pass(error):
                raise
            if wait_s is None:
                raise NetworkError(
                    f"{location}: the store did not answer for {sum(WAITS_S)} s ({error})",
                    "run again when it does: nothing that was finished is lost",
                ) from None
            log.warning("%s: %s; asked again in %d s", location, error, wait_s)
            time.sleep(wait_s)
    raise AssertionError("unreachable")


def _may_pass(error: Exception) -> bool:
    return isinstance(error, OSError | TimeoutError) or type(error).__module__.split(".")[0] in _LIBRARIES
