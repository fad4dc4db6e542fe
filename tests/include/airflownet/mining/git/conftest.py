"""Bare repositories written by ``git fast-import``: any path, mode and content, one commit for each ref."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Content = str | bytes | tuple[str, str | bytes]
"""Text of a regular file, or (mode, content); for a submodule the content is its commit."""
MakeRepository = Callable[..., Path]


@pytest.fixture
def repository(tmp_path: Path) -> MakeRepository:
    """Makes a bare repository: ref -> path -> content."""

    def make(refs: Mapping[str, Mapping[str | bytes, Content]], name: str = "repo.git") -> Path:
        path = tmp_path / "repositories" / name
        if not path.exists():
            git("init", "--quiet", "--bare", "-b", "main", path)
        stream = b"".join(_commit(ref, files) for ref, files in refs.items())
        subprocess.run(["git", "-C", path, "fast-import", "--quiet", "--force"], input=stream, check=True)
        return path

    return make


def git(*arguments: object) -> str:
    done = subprocess.run(["git", *map(str, arguments)], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _commit(ref: str, files: Mapping[str | bytes, Content]) -> bytes:
    name = ref if ref.startswith("refs/") else f"refs/heads/{ref}"
    stream = (
        f"reset {name}\ncommit {name}\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n".encode()
    )
    for path, content in files.items():
        mode, data = content if isinstance(content, tuple) else ("100644", content)
        raw = data.encode() if isinstance(data, str) else data
        quoted = _quoted(path if isinstance(path, bytes) else path.encode())
        if mode == "160000":
            stream += b"M 160000 " + raw + b" " + quoted + b"\n"
        else:
            stream += f"M {mode} inline ".encode() + quoted + f"\ndata {len(raw)}\n".encode() + raw + b"\n"
    return stream + b"\n"


def _quoted(path: bytes) -> bytes:
    octal = b"".join(
        b"\\%03o" % c if c < 32 or c > 126 else (b"\\" if c in b'"\\' else b"") + bytes([c]) for c in path
    )
    return b'"' + octal + b'"'
