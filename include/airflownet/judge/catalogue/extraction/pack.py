"""Writes the records of all lines as ``modules.bin`` and one index per line; same records, same bytes."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

from airflownet.judge.catalogue.extraction.signatures import Record
from airflownet.judge.catalogue.store import (
    DATA,
    MODULES_FILE,
    forget,
    index_file,
    read_index,
    read_record,
)

CHUNK_BYTES = 96_000
LEVEL = 9


def encode(record: Any) -> bytes:
    """Returns compact JSON with sorted keys."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()


def write_data(lines: dict[str, tuple[Record, dict[str, Record]]]) -> None:
    """Writes all lines: line -> (facts of the index, module path -> record)."""
    DATA.mkdir(exist_ok=True)
    texts = {
        line: {path: encode(record) for path, record in modules.items()}
        for line, (_, modules) in lines.items()
    }
    order = _order(texts)
    chunks, places = _chunks(order)
    files: dict[Path, bytes] = {MODULES_FILE: b"".join(data for _, _, data in chunks)}
    for line, (facts, _) in lines.items():
        rows = {path: places[text] for path, text in sorted(texts[line].items())}
        used = sorted({chunk for chunk, _, _ in rows.values()})
        renumbered = {chunk: number for number, chunk in enumerate(used)}
        index = {
            **facts,
            "chunks": [list(chunks[chunk][:2]) for chunk in used],
            "modules": {path: [renumbered[c], start, length] for path, (c, start, length) in rows.items()},
        }
        files[index_file(line)] = zlib.compress(encode(index), LEVEL)
    _replace_all(files)
    forget()


def _replace_all(files: dict[Path, bytes]) -> None:
    """Writes everything under other names first, so that readers meet a mixture for an instant at most."""
    partials = {path: path.with_suffix(".part-" + path.suffix[1:]) for path in files}
    for path, data in files.items():
        partials[path].write_bytes(data)
    for path, partial in partials.items():
        partial.replace(path)


def _order(texts: dict[str, dict[str, bytes]]) -> list[bytes]:
    """Distinct records sorted by path, so that versions of one module lie side by side."""
    seen: dict[bytes, None] = {}
    for path in sorted({path for modules in texts.values() for path in modules}):
        for modules in texts.values():
            if path in modules:
                seen.setdefault(modules[path])
    return list(seen)


def _chunks(
    order: list[bytes],
) -> tuple[list[tuple[int, int, bytes]], dict[bytes, tuple[int, int, int]]]:
    chunks: list[tuple[int, int, bytes]] = []
    places: dict[bytes, tuple[int, int, int]] = {}
    offset, buffer = 0, bytearray()
    for number, text in enumerate(order):
        places[text] = (len(chunks), len(buffer), len(text))
        buffer += text
        if len(buffer) >= CHUNK_BYTES or number == len(order) - 1:
            data = zlib.compress(bytes(buffer), LEVEL)
            chunks.append((offset, len(data), data))
            offset += len(data)
            buffer = bytearray()
    return chunks, places


def read_line(line: str) -> tuple[Record, dict[str, Record]]:
    """Returns what ``write_data`` wrote for a line, for building other lines beside it."""
    index = dict(read_index(line))
    chunks, rows = index.pop("chunks"), index.pop("modules")
    return index, {
        path: read_record(tuple(chunks[chunk]), start, length)
        for path, (chunk, start, length) in rows.items()
    }
