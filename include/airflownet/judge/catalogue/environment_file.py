"""The catalogue of one environment in one file: written by ``airflownet catalogue environment``, read here.

``MAGIC``, SHA-256 of all that follows, length of the index (8 bytes, big-endian), the index (zlib JSON, as a
line's), then the chunks of module records (as ``modules.bin``).
"""

from __future__ import annotations

import hashlib
import json
import mmap
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from airflownet.errors import InputError
from airflownet.judge.catalogue.catalogue import Catalogue

MAGIC: Final = b"AirflowNet catalogue 1\n"
SUFFIX: Final = ".catalogue"
_SHA256_BYTES: Final = 32
_LENGTH_BYTES: Final = 8
_DECODER = json.JSONDecoder()


def file_bytes(index: bytes, chunks: bytes) -> bytes:
    """Returns the content of the file.

    Args:
        index: packed, with the places of the records in it.
        chunks: the deflated records.
    """
    body = len(index).to_bytes(_LENGTH_BYTES, "big") + index + chunks
    return MAGIC + hashlib.sha256(body).digest() + body


@lru_cache(maxsize=4)
def environment_catalogue(path: str) -> Catalogue:
    """Returns the catalogue of an environment; the same object for the same path.

    Raises:
        InputError: the file is not one, or is damaged.
    """
    remedy = "make it with `airflownet catalogue environment PYTHON --output FILE`"
    try:
        with Path(path).open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise InputError(
            f"the catalogue {path} cannot be read: {getattr(error, 'strerror', None) or error}", remedy
        ) from None
    start = len(MAGIC) + _SHA256_BYTES
    if data[: len(MAGIC)] != MAGIC:
        raise InputError(f"{path} is no catalogue of an environment", remedy)
    if hashlib.sha256(memoryview(data)[start:]).digest() != data[len(MAGIC) : start]:
        raise InputError(f"the catalogue {path} is damaged: its checksum differs", remedy)
    end = start + _LENGTH_BYTES
    size_bytes = int.from_bytes(data[start:end], "big")
    try:
        index: dict[str, Any] = json.loads(zlib.decompress(data[end : end + size_bytes]))
        return Catalogue(str(index["line"]), index, _Records(data, end + size_bytes).read)
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError):
        raise InputError(f"the catalogue {path} was made by another version of AirflowNet", remedy) from None


class _Records:
    """The module records of a file.

    Args:
        data: the whole file.
        start: where the chunks begin in it.
    """

    def __init__(self, data: mmap.mmap, start: int) -> None:
        self._data = data
        self._start = start
        self._chunk = lru_cache(maxsize=256)(self._unpack)

    def _unpack(self, offset: int, size_bytes: int) -> bytes:
        start = self._start + offset
        return zlib.decompress(self._data[start : start + size_bytes], -zlib.MAX_WBITS)

    def read(self, chunk: tuple[int, int], start: int, length: int) -> dict[str, Any]:
        """Returns one module record."""
        record: dict[str, Any]
        record, _ = _DECODER.raw_decode(self._chunk(*chunk)[start : start + length].decode())
        return record
