"""Runs a function in a forked process of a namespace of its own, which ends whole when it is told to.

Only the standard library, only Linux. Three processes: the caller; a keeper that enters the namespaces; and
the first process of the new process namespace, with which the kernel ends every other one in it. The keeper
runs no foreign code and keeps the process id from being given to another process until the caller is done.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """A process that runs apart; ``output`` is read until it ends."""

    output: int
    keeper: int
    first: int
    """Process id of the first process in the namespace."""
    go: int
    """The keeper waits until this end of a pipe is closed."""

    def end(self) -> int:
        """Ends the process and all it started; returns the signal that had ended it, 0 for none."""
        with contextlib.suppress(ProcessLookupError):
            if self.first > 0:
                os.kill(self.first, signal.SIGKILL)
        os.close(self.go)
        os.close(self.output)
        _, code = os.waitpid(self.keeper, 0)
        number = os.WEXITSTATUS(code) if os.WIFEXITED(code) else -os.WTERMSIG(code)  # also Python 3.8's
        return number if 0 < number < signal.NSIG else 0


def start(
    work: Callable[[int, str], None], enter: Callable[[ctypes.CDLL], str], closed: tuple[int, ...]
) -> Run:
    """Starts ``work(output, problem)`` in a process apart, with no standard streams.

    Args:
        work: gets the descriptor to write its answer to, and what ``enter`` said.
        enter: enters the namespaces; returns the problem, empty when it worked.
        closed: descriptors of the caller that the process must not have.
    """
    output_read, output_write = os.pipe()
    pid_read, pid_write = os.pipe()
    go_read, go_write = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        try:
            os.close(output_read)
            os.close(pid_read)
            os.close(go_write)
            _keep(work, enter, output_write, pid_write, go_read, closed)
        finally:
            os._exit(0)
    for descriptor in (output_write, pid_write, go_read):
        os.close(descriptor)
    text = b""
    while chunk := os.read(pid_read, 64):
        text += chunk
    os.close(pid_read)
    return Run(output_read, keeper, int(text or 0), go_write)


def _keep(
    work: Callable[[int, str], None],
    enter: Callable[[ctypes.CDLL], str],
    output: int,
    pid: int,
    go: int,
    closed: tuple[int, ...],
) -> None:
    os.setsid()
    problem = enter(ctypes.CDLL(None, use_errno=True))
    first = os.fork()
    if first == 0:
        try:
            os.setsid()
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            for descriptor in (null, pid, go, *closed):
                os.close(descriptor)
            work(output, problem)
        finally:
            os._exit(0)
    os.close(output)
    os.write(pid, str(first).encode())
    os.close(pid)
    os.read(go, 1)
    with contextlib.suppress(ProcessLookupError):
        os.kill(first, signal.SIGKILL)
    _, status = os.waitpid(first, 0)
    os._exit(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)
