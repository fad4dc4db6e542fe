"""The training log as a TensorBoard event file, written without TensorBoard.

The format is TFRecord (length, masked CRC-32C, bytes, masked CRC-32C) around ``tensorflow.Event`` messages
in protobuf's wire format: a wall time, a step, and a summary of scalar values. The wall time is the step, so
that equal runs leave equal bytes; TensorBoard's own axis is the step.
Source: tensorflow/core/lib/io/record_writer.h and tensorflow/core/util/event.proto.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

NAME = "events.out.tfevents.0.airflownet"
TAGS = {
    "loss": "train/loss",
    "eval_loss": "eval/loss",
    "grad_norm": "train/grad_norm",
    "learning_rate": "train/learning_rate",
    "mean_token_accuracy": "train/mean_token_accuracy",
    "num_tokens": "train/num_tokens",
}
_CASTAGNOLI = 0x82F63B78
_MASK_DELTA = 0xA282EAD8


def write_events(path: Path, rows: Iterable[Mapping[str, float]]) -> int:
    """Writes one event per log row (``step`` and any of ``TAGS``); returns their number."""
    n_events = 0
    with path.open("wb") as file:
        file.write(_record(_double(1, 0.0) + _bytes(3, b"brain.Event:2")))
        for row in rows:
            values = [
                _bytes(1, _bytes(1, tag.encode()) + _float(2, float(row[name])))
                for name, tag in TAGS.items()
                if row.get(name) is not None
            ]
            step = int(row["step"])
            file.write(_record(_double(1, float(step)) + _integer(2, step) + _bytes(5, b"".join(values))))
            n_events += 1
    return n_events


def _record(message: bytes) -> bytes:
    length = struct.pack("<Q", len(message))
    return length + _checksum(length) + message + _checksum(message)


def _checksum(data: bytes) -> bytes:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _table()[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & 0xFFFFFFFF)


@functools.cache
def _table() -> tuple[int, ...]:
    entries = []
    for entry in range(256):
        for _ in range(8):
            entry = (entry >> 1) ^ (_CASTAGNOLI if entry & 1 else 0)
        entries.append(entry)
    return tuple(entries)


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _integer(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _float(field: int, value: float) -> bytes:
    return _varint(field << 3 | 5) + struct.pack("<f", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value
