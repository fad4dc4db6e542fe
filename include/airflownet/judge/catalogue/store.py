"""The shipped data: one index per line, and module records shared between the lines.

``modules.bin`` is a row of zlib chunks, each holding the JSON records of neighbouring modules; equal
records of several lines are kept once. ``<line>.index`` (zlib JSON) says for each module path where its
record lies. Chunks are read and modules decoded when first asked for.
"""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
MODULES_FILE = DATA / "modules.bin"
CHUNKS_IN_MEMORY = 256


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
    return index


@lru_cache(maxsize=CHUNKS_IN_MEMORY)
def read_chunk(offset: int, size_bytes: int) -> bytes:
    """Returns one decompressed chunk."""
    with MODULES_FILE.open("rb") as file:
        file.seek(offset)
        return zlib.decompress(file.read(size_bytes))


def read_record(chunk: tuple[int, int], start: int, length: int) -> dict[str, Any]:
    """Returns one module record."""
    record: dict[str, Any] = json.loads(read_chunk(*chunk)[start : start + length])
    return record
