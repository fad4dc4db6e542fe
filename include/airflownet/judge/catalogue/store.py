"""The shipped data: one index per line, and module records shared between the lines.

``modules.bin`` is a row of deflated chunks, each holding the JSON records of neighbouring modules; equal
records of several lines are kept once. ``<line>.index`` (zlib JSON) says for each module path where its
record lies. Chunks are read and modules decoded when first asked for.
"""

from __future__ import annotations

import json
import mmap
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
MODULES_FILE = DATA / "modules.bin"
CHUNKS_IN_MEMORY = 256
_DECODER = json.JSONDecoder()


def index_file(line: str) -> Path:
    """Returns where the index of a line lies."""
    return DATA / f"{line}.index"


def known_lines() -> tuple[str, ...]:
    """Returns the lines with data, oldest first."""
    found = [path.stem for path in DATA.glob("*.index")]
    return tuple(sorted(found, key=lambda line: tuple(int(part) for part in line.split("."))))


@lru_cache(maxsize=16)
def read_index(line: str) -> dict[str, Any]:
    """Returns the index of a line."""
    index: dict[str, Any] = json.loads(zlib.decompress(index_file(line).read_bytes()))
    _modules()
    return index


@lru_cache(maxsize=1)
def _modules() -> mmap.mmap:
    """Maps the file once: a rebuild replaces it by another, which this process does not see."""
    with MODULES_FILE.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@lru_cache(maxsize=CHUNKS_IN_MEMORY)
def read_chunk(offset: int, size_bytes: int) -> bytes:
    """Returns one decompressed chunk."""
    return zlib.decompress(_modules()[offset : offset + size_bytes], -zlib.MAX_WBITS)


def forget() -> None:
    """Drops what was read, after the files have been written anew."""
    read_index.cache_clear()
    read_chunk.cache_clear()
    _modules.cache_clear()


def read_record(chunk: tuple[int, int], start: int, length: int) -> dict[str, Any]:
    """Returns one module record."""
    record: dict[str, Any]
    record, _ = _DECODER.raw_decode(read_chunk(*chunk)[start : start + length].decode())
    return record
