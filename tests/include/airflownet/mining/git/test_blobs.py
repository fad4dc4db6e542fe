"""The stream of ``git cat-file``: contents of every size, whatever the buffer's edges cut."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from airflownet.errors import SourceError
from airflownet.mining.git import blobs
from airflownet.mining.git.blobs import MISSING, TOO_LARGE, read_blobs

from .conftest import git

LIMIT = 5_000


@pytest.fixture
def objects(tmp_path) -> Path:
    git("init", "--quiet", "--bare", tmp_path / "objects.git")
    return tmp_path / "objects.git"


def write(directory: Path, contents: list[bytes]) -> list[str]:
    """Writes blobs; returns their names."""
    stream = b"".join(
        b"blob\nmark :%d\ndata %d\n%s\n" % (n, len(data), data) for n, data in enumerate(contents, 1)
    )
    marks = directory / "marks"
    command = ["git", "-C", str(directory), "fast-import", "--quiet", f"--export-marks={marks}"]
    subprocess.run(command, input=stream, check=True)
    names = dict(line.split() for line in marks.read_text().splitlines())
    return [names[f":{n}"] for n in range(1, len(contents) + 1)]


@pytest.mark.parametrize("buffer_bytes", [64, 4_096, 1 << 20], ids=lambda size: f"{size}-bytes")
def test_contents_come_in_order_whatever_the_buffer(objects, monkeypatch, buffer_bytes):
    monkeypatch.setattr(blobs, "_PIPE_BYTES", buffer_bytes)
    choice = random.Random(buffer_bytes)
    sizes = [0, 1, LIMIT - 1, LIMIT, LIMIT + 1, 40_000, *(choice.randrange(2 * LIMIT) for _ in range(200))]
    contents = [b"%d blob missing\n" % n + choice.randbytes(size) for n, size in enumerate(sizes)]
    contents += [b"", b"\n", b" missing\n"]
    names = write(objects, contents)
    expected: list[bytes | str] = [data if len(data) <= LIMIT else TOO_LARGE for data in contents]
    for place in (0, 50, len(names)):
        names.insert(place, "0" * 39 + "1")
        expected.insert(place, MISSING)

    assert list(read_blobs(objects, "repo", names, LIMIT)) == expected


def test_nothing_asked_is_nothing_read(objects):
    assert list(read_blobs(objects, "repo", [], LIMIT)) == []


def test_a_reader_may_leave_in_the_middle(objects):
    names = write(objects, [b"x" * 1_000 + b"%d" % n for n in range(3_000)])
    reading = read_blobs(objects, "repo", names, LIMIT)
    assert next(reading) == b"x" * 1_000 + b"0"
    reading.close()


def test_a_damaged_object_is_an_error_that_names_the_remedy(objects):
    data = objects / "data"
    data.write_bytes(random.Random(0).randbytes(3_000))
    name = git("-C", objects, "hash-object", "-w", data)
    file = objects / "objects" / name[:2] / name[2:]
    stored = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(stored[:40])

    with pytest.raises(SourceError) as caught:
        list(read_blobs(objects, "repo", [name], LIMIT))
    assert "git fsck" in str(caught.value)
