"""What a wheel in an index holds, without downloading it: its list of files and its metadata.

A wheel is a ZIP archive, whose list of files lies at its end; that and ``METADATA`` are asked for by ranged
requests (RFC 9110, section 14), in blocks. The index is the one that pip uses (``PIP_INDEX_URL``).
"""

from __future__ import annotations

import email
import io
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from airflownet.errors import NetworkError
from airflownet.judge.project.listed_distribution import Listed

if TYPE_CHECKING:
    import requests
    from pypi_simple import DistributionPackage

_BLOCK_BYTES: Final = 32_768
_SECONDS: Final = 30


class RangedFile(io.RawIOBase):
    """A file behind an address, read block by block where it is looked at.

    Attributes:
        n_bytes: how much was asked for so far.

    Raises:
        NetworkError: the server does not answer, or gives the whole file for a part of it.
    """

    def __init__(self, session: requests.Session, url: str) -> None:
        self._session, self._url, self._at = session, url, 0
        self._blocks: dict[int, bytes] = {}
        self.n_bytes = 0
        tail = self._ask(f"bytes=-{_BLOCK_BYTES}")
        self._size = int(tail.headers["Content-Range"].rpartition("/")[2])
        self._tail_from = self._size - len(tail.content)
        self._tail = tail.content

    def _ask(self, wanted: str) -> requests.Response:
        answer = self._session.get(
            self._url, headers={"Range": wanted, "Accept-Encoding": "identity"}, timeout=_SECONDS, stream=True
        )
        if answer.status_code != 206 or "Content-Range" not in answer.headers:
            answer.close()
            raise NetworkError(
                f"{self._url} answers {answer.status_code} to a request for a part of it",
                "download the wheel and give the file",
            )
        self.n_bytes += len(answer.content)
        return answer

    def seekable(self) -> bool:
        """It is."""
        return True

    def readable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Returns the place."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Reads at most up to the end of the block that the place lies in."""
        if self._at >= self._size:
            return 0
        if self._at >= self._tail_from:
            data = self._tail[self._at - self._tail_from :]
        else:
            number = self._at // _BLOCK_BYTES
            if number not in self._blocks:
                first = number * _BLOCK_BYTES
                last = min(first + _BLOCK_BYTES, self._tail_from) - 1
                self._blocks[number] = self._ask(f"bytes={first}-{last}").content
            data = self._blocks[number][self._at - number * _BLOCK_BYTES :]
        n_read = min(len(data), len(buffer))
        buffer[:n_read] = data[:n_read]
        self._at += n_read
        return n_read


def newest_wheels(names: Iterable[str], index: str = "") -> Iterator[Listed]:
    """Yields what the newest wheel of each distribution holds; one without a wheel is told and passed over.

    Args:
        names: of distributions.
        index: its address; without it the one that pip uses.

    Raises:
        NetworkError: the index does not answer.
    """
    import requests
    from pypi_simple import NoSuchProjectError, PyPISimple

    address = index or os.environ.get("PIP_INDEX_URL", "")
    session = requests.Session()
    with PyPISimple(address, session=session) if address else PyPISimple(session=session) as client:
        for name in names:
            try:
                wheel = _newest(client.get_project_page(name).packages)
                if wheel is None:
                    sys.stderr.write(f"{name}: the index has no wheel of it\n")
                    continue
                yield listed(name, wheel.version or "0", RangedFile(session, wheel.url))
            except NoSuchProjectError:
                sys.stderr.write(f"{name}: the index does not have it\n")
            except zipfile.BadZipFile:
                sys.stderr.write(f"{name}: its newest wheel is no archive\n")
            except requests.RequestException as error:
                raise NetworkError(f"the index does not answer: {error}", "try again") from None


def listed(name: str, version: str, file: io.RawIOBase) -> Listed:
    """Returns what a wheel holds.

    Raises:
        zipfile.BadZipFile: it is none.
    """
    with zipfile.ZipFile(io.BufferedReader(file, _BLOCK_BYTES)) as archive:
        files = tuple(archive.namelist())
        metadata = next((path for path in files if path.endswith(".dist-info/METADATA")), "")
        text = archive.read(metadata) if metadata else b""
    return Listed(name, version, files, tuple(email.message_from_bytes(text).get_all("Requires-Dist") or ()))


def _newest(packages: Iterable[DistributionPackage]) -> DistributionPackage | None:
    """Returns the wheel of the newest release; of several the one whose name comes last."""
    from packaging.version import InvalidVersion, Version

    found = []
    for package in packages:
        try:
            version = Version(package.version or "")
        except InvalidVersion:
            continue
        if package.package_type == "wheel" and not package.is_yanked and not version.is_prerelease:
            found.append((version, package.filename, package))
    return max(found, key=lambda one: one[:2])[2] if found else None
