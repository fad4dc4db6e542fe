"""Streams the contents of objects through one ``git cat-file --batch``, in order and in bounded memory."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from airflownet.errors import SourceError
from airflownet.mining.git.command import git_command, git_environment

_BUFFER_BYTES = 1 << 20
TOO_LARGE, MISSING = "too-large", "object-missing"


def read_blobs(directory: Path, repo: str, names: Iterable[str], max_bytes: int) -> Iterator[bytes | str]:
    """Yields the content of each object in turn, or the reason why it is not given.

    The reasons are ``too-large`` (more than ``max_bytes``; its bytes are passed over) and ``object-missing``.

    Raises:
        SourceError: git stopped before it had answered for every object.
    """
    process = subprocess.Popen(
        git_command(directory, "cat-file", "--batch", "--buffer"),
        env=git_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=_BUFFER_BYTES,
    )
    asking, answers = process.stdin, process.stdout
    if asking is None or answers is None:
        raise AssertionError("both ends are pipes")
    # Asking from a thread of its own: git stops reading questions while its answers are not read.
    asker = threading.Thread(target=_ask, args=(asking, names), daemon=True)
    asker.start()
    try:
        yield from _answers(answers, repo, max_bytes)
        asker.join()
        if process.wait():
            raise SourceError(
                f"{repo}: git cat-file stopped with status {process.returncode}",
                "check the repository with git fsck",
            )
    finally:
        process.kill()
        process.wait()
        asker.join(timeout=10)
        answers.close()


def _ask(asking: IO[bytes], names: Iterable[str]) -> None:
    try:
        with asking:
            for name in names:
                asking.write(name.encode() + b"\n")
    except (BrokenPipeError, ValueError):
        pass  # git has gone; the reading side tells why.


def _answers(answers: IO[bytes], repo: str, max_bytes: int) -> Iterator[bytes | str]:
    while head := answers.readline():
        last = head.rpartition(b" ")[2]
        if last == b"missing\n":
            yield MISSING
            continue
        size = int(last)
        if size > max_bytes:
            _skip(answers, size + 1, repo)
            yield TOO_LARGE
            continue
        content = answers.read(size + 1)
        if len(content) != size + 1:
            raise SourceError(f"{repo}: git cat-file broke off", "check the repository with git fsck")
        yield content[:size]


def _skip(answers: IO[bytes], n_bytes: int, repo: str) -> None:
    while n_bytes:
        passed = len(answers.read(min(n_bytes, _BUFFER_BYTES)))
        if not passed:
            raise SourceError(f"{repo}: git cat-file broke off", "check the repository with git fsck")
        n_bytes -= passed
