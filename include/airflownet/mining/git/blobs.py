"""Streams the contents of objects through one ``git cat-file --batch``, in order and in bounded memory."""

from __future__ import annotations

import fcntl
import io
import itertools
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from airflownet.errors import SourceError
from airflownet.mining.git.command import git_command, git_environment

_PIPE_BYTES = 1 << 20
"""Asked of the system, which gives 64 KiB otherwise: git and the reader wait for each other less often."""
_SHORT_READ_BYTES = 1 << 17
_PAUSE_S = 0.001
"""After a short read: a reader that keeps up with git would be woken for each object."""
_NAMES_AT_ONCE = 1_000
_HEAD_BYTES = 256
"""A head is ``<object name> <type> <size>``; the longest has 64 digits, 6 letters and 20 digits."""
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
        bufsize=0,
    )
    asking, answers = cast(io.FileIO, process.stdin), cast(io.FileIO, process.stdout)
    pause_s = _PAUSE_S if _widened(answers) else 0.0
    # Asking from a thread of its own: git stops reading questions while its answers are not read.
    asker = threading.Thread(target=_ask, args=(asking, names), daemon=True)
    asker.start()
    try:
        yield from _answers(answers, repo, max_bytes, pause_s)
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


def _widened(pipe: io.FileIO) -> bool:
    try:
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except (AttributeError, OSError):
        return False  # Not Linux, or its limit for one user is reached: a small pipe does it too.
    return True


def _ask(asking: io.FileIO, names: Iterable[str]) -> None:
    left = iter(names)
    try:
        with asking:
            while some := list(itertools.islice(left, _NAMES_AT_ONCE)):
                question = memoryview(("\n".join(some) + "\n").encode())
                while question:
                    question = question[asking.write(question) :]
    except (BrokenPipeError, ValueError):
        pass  # git has gone; the reading side tells why.


def _answers(answers: io.FileIO, repo: str, max_bytes: int, pause_s: float) -> Iterator[bytes | str]:
    """Yields one answer after the other out of one buffer that is filled again and again."""
    buffer = bytearray(_PIPE_BYTES + max_bytes + _HEAD_BYTES)
    view = memoryview(buffer)
    start = end = 0  # what is read and not yet given stands between them
    while True:
        newline = buffer.find(b"\n", start, end)
        size = -1
        if newline >= 0:
            last = buffer.rfind(b" ", start, newline) + 1
            word = buffer[last:newline]
            if word == b"missing":
                start = newline + 1
                yield MISSING
                continue
            size = int(word)
            after = newline + size + 2  # a newline ends the content too
            if size > max_bytes:
                _skip(answers, after - end, repo)
                start = min(after, end)
                yield TOO_LARGE
                continue
            if after <= end:
                start = after
                yield bytes(view[newline + 1 : after - 1])
                continue
        view[: end - start] = view[start:end]
        start, end = 0, end - start
        n_read = answers.readinto(view[end:])
        if not n_read:
            if end:
                raise _broke_off(repo)
            return
        end += n_read
        if pause_s and n_read < _SHORT_READ_BYTES:
            time.sleep(pause_s)


def _skip(answers: io.FileIO, n_bytes: int, repo: str) -> None:
    room = memoryview(bytearray(min(max(n_bytes, 0), _PIPE_BYTES)))
    while n_bytes > 0:
        passed = answers.readinto(room[:n_bytes])
        if not passed:
            raise _broke_off(repo)
        n_bytes -= passed


def _broke_off(repo: str) -> SourceError:
    return SourceError(f"{repo}: git cat-file broke off", "check the repository with git fsck")
