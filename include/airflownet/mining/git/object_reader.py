"""One object after the other out of one ``git cat-file --batch``, each when it is asked for.

For few objects whose names are only known from those before; ``blobs`` streams many, whose names are known.
"""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path
from typing import IO, Final, cast
from weakref import finalize

from airflownet.errors import SourceError
from airflownet.mining.git.command import git_command, git_environment

_AT_ONCE_BYTES: Final = 1 << 16


class ObjectReader:
    """Reads objects of one repository; git is started at the first, and ended with the reader.

    Args:
        directory: of the repository's objects.
        repo: its name, for messages.
    """

    def __init__(self, directory: Path, repo: str) -> None:
        self._directory, self._repo = directory, repo
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, sha1: str, max_bytes: int) -> bytes | None:
        """Returns the content of an object; None where it is missing or larger.

        Raises:
            SourceError: git broke off.
        """
        process = self._started()
        asking, answers = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        try:
            asking.write(f"{sha1}\n".encode())
            asking.flush()
            head = answers.readline()
            if head.endswith(b" missing\n"):
                return None
            size_bytes = int(head.rsplit(b" ", 1)[1])
            if size_bytes <= max_bytes:
                content = answers.read(size_bytes)
                answers.read(1)  # a newline ends it
                return content if len(content) == size_bytes else None
            left = size_bytes + 1
            while left > 0 and (passed := answers.read(min(left, _AT_ONCE_BYTES))):
                left -= len(passed)
        except (BrokenPipeError, ValueError, IndexError):
            raise SourceError(
                f"{self._repo}: git cat-file broke off", "check the repository with git fsck"
            ) from None
        return None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                git_command(self._directory, "cat-file", "--batch"),
                env=git_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            finalize(self, _end, self._process)
        return self._process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
