"""The event file, read back by its format: lengths, masked CRC-32C and protobuf fields."""

import struct

import pytest

from airflownet.training.tensorboard_file import _checksum, write_events


def read_records(data):
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        assert data[8:12] == _checksum(data[:8])
        message, data = data[12 : 12 + length], data[12 + length :]
        assert data[:4] == _checksum(message)
        data = data[4:]
        yield message


def fields(message):
    found = {}
    while message:
        key, message = message[0], message[1:]
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, shift = 0, 0
            while True:
                byte, message = message[0], message[1:]
                value |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
        elif kind == 2:
            length, message = message[0], message[1:]
            value, message = message[:length], message[length:]
        else:
            size, code = {1: (8, "<d"), 5: (4, "<f")}[kind]
            (value,), message = struct.unpack(code, message[:size]), message[size:]
        found.setdefault(number, []).append(value)
    return found


def test_events_hold_the_scalars_of_each_step(tmp_path):
    path = tmp_path / "events"
    rows = [{"step": 1, "loss": 2.5}, {"step": 300, "eval_loss": 1.5, "grad_norm": None}]
    assert write_events(path, rows) == 2
    version, first, second = map(fields, read_records(path.read_bytes()))
    assert version[3] == [b"brain.Event:2"]
    value = fields(fields(first[5][0])[1][0])
    assert (first[2], value[1], value[2]) == ([1], [b"train/loss"], [2.5])
    assert second[2] == [300]
    assert fields(fields(second[5][0])[1][0])[1] == [b"eval/loss"]


@pytest.mark.parametrize(
    ("text", "crc"),
    [
        # RFC 3720, appendix B.4, and the check value of CRC-32C.
        pytest.param(b"\0" * 32, 0x8A9136AA, id="32 zeros"),
        pytest.param(b"123456789", 0xE3069283, id="check value"),
    ],
)
def test_checksums_are_those_of_the_standard(text, crc):
    masked = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
    assert _checksum(text) == struct.pack("<I", masked)
