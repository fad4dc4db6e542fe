"""Runs a command and ends it when the owner dies: ``python guard.py COMMAND...`` with a pipe as stdin.

The owner holds the other end of the pipe. However the owner ends, SIGKILL included, the kernel closes the
pipe, this process reads end-of-file and ends the command. On Linux the command also receives SIGKILL when
this process dies (prctl(2), PR_SET_PDEATHSIG). It imports the standard library only and starts in 30 ms.

PR_SET_PDEATHSIG alone, set by the owner, would not do: it fires when the *thread* that forked ends, and an
asyncio worker thread may end long before its process.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time

GRACE_S = 5.0
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end(child: subprocess.Popen[bytes]) -> int:
    """Sends SIGTERM, waits, then SIGKILL; returns the child's exit status."""
    child.terminate()
    try:
        return child.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def main(command: list[str]) -> int:
    """Returns the command's exit status, negative after a signal."""
    asked_to_stop = False

    def note_stop(_signum: int, _frame: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True

    signal.signal(signal.SIGTERM, note_stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    owner = sys.stdin.fileno()
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )
    while child.poll() is None:
        readable, _, _ = select.select([owner], [], [], 0.05)
        if asked_to_stop or (readable and not os.read(owner, 1)):
            return _end(child)
        if readable:
            time.sleep(0.05)
    return child.returncode


if __name__ == "__main__":
    sys.exit(abs(main(sys.argv[1:])))
