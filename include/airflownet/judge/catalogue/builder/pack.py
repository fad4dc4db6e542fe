"""Writes the records of all lines as ``modules.bin`` and one index per line; same records, same bytes.

The methods of a module's classes are two thirds of its record and are seldom asked for, so they are a record
of their own (see ``split_record``).
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

from airflownet.judge.catalogue.builder.signatures import Record
from airflownet.judge.catalogue.builder.split_record import joined, split
from airflownet.judge.catalogue.store import (
    DATA,
    MODULES_FILE,
    forget,
    index_file,
    read_index,
    read_record,
)

CHUNK_BYTES = 8_000
"""Small, because the versions of a module that several lines have lie in one chunk and one is wanted."""
LEVEL = 9
_EMPTY = b"{}"


def encode(record: Any) -> bytes:
    """Returns compact JSON with sorted keys."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()


def write_data(lines: dict[str, tuple[Record, dict[str, Record]]]) -> None:
    """Writes all lines: line -> (facts of the index, module path -> record)."""
    DATA.mkdir(exist_ok=True)
    data, indexes = packed(lines)
    _replace_all({MODULES_FILE: data, **{index_file(line): index for line, index in indexes.items()}})
    forget()


def packed(lines: dict[str, tuple[Record, dict[str, Record]]]) -> tuple[bytes, dict[str, bytes]]:
    """Returns the chunks of all lines' records, and line -> its index."""
    texts = {
        line: {path: tuple(map(encode, split(record))) for path, record in modules.items()}
        for line, (_, modules) in lines.items()
    }
    # First what every import reads, then the methods, so that reading the one does not unpack the other.
    chunks, places = _chunks([*_order(texts, 0), None, *_order(texts, 1)])
    indexes: dict[str, bytes] = {}
    for line, (facts, _) in lines.items():
        rows = {
            path: [places[part] for part in parts if part != _EMPTY]
            for path, parts in sorted(texts[line].items())
        }
        used = sorted({chunk for parts in rows.values() for chunk, _, _ in parts})
        renumbered = {chunk: number for number, chunk in enumerate(used)}
        index = {
            **facts,
            "chunks": [list(chunks[chunk][:2]) for chunk in used],
            "modules": {
                path: [number for c, start, length in parts for number in (renumbered[c], start, length)]
                for path, parts in rows.items()
            },
        }
        indexes[line] = zlib.compress(encode(index), LEVEL)
    return b"".join(data for _, _, data in chunks), indexes


def _replace_all(files: dict[Path, bytes]) -> None:
    """Writes everything under other names first, so that readers meet a mixture for an instant at most."""
    partials = {path: path.with_suffix(".part-" + path.suffix[1:]) for path in files}
    for path, data in files.items():
        partials[path].write_bytes(data)
    for path, partial in partials.items():
        partial.replace(path)


def _order(texts: dict[str, dict[str, tuple[bytes, ...]]], part: int) -> list[bytes]:
    """Distinct records sorted by path, so that versions of one module lie side by side."""
    seen: dict[bytes, None] = {}
    for path in sorted({path for modules in texts.values() for path in modules}):
        for modules in texts.values():
            if path in modules and modules[path][part] != _EMPTY:
                seen.setdefault(modules[path][part])
    return list(seen)


def _chunks(
    order: list[bytes | None],
) -> tuple[list[tuple[int, int, bytes]], dict[bytes, tuple[int, int, int]]]:
    """Returns the chunks (offset, size, data) and where each text lies; None ends a chunk."""
    chunks: list[tuple[int, int, bytes]] = []
    places: dict[bytes, tuple[int, int, int]] = {}
    offset, buffer = 0, bytearray()
    for text in (*order, None):
        if text is not None:
            places[text] = (len(chunks), len(buffer), len(text))
            buffer += text
        if buffer and (text is None or len(buffer) >= CHUNK_BYTES):
            data = _deflated(bytes(buffer))
            chunks.append((offset, len(data), data))
            offset += len(data)
            buffer = bytearray()
    return chunks, places


def _deflated(data: bytes) -> bytes:
    """Without zlib's checksum, which costs a third of unpacking."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def read_line(line: str) -> tuple[Record, dict[str, Record]]:
    """Returns what ``write_data`` wrote for a line, for building other lines beside it."""
    index = dict(read_index(line))
    chunks, rows = index.pop("chunks"), index.pop("modules")
    records: dict[str, Record] = {}
    for path, (chunk, start, length, *of_methods) in rows.items():
        methods: Record = {}
        if of_methods:
            methods = read_record(tuple(chunks[of_methods[0]]), of_methods[1], of_methods[2])
        records[path] = joined(read_record(tuple(chunks[chunk]), start, length), methods)
    return index, records
