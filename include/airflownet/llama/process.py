"""Processes that are started in a group of their own, recognised later, and ended for certain.

A pid alone names nobody: the kernel gives it away again. ``ProcessIdentity`` adds the time of birth and
the host, so that a record left on disk by an earlier run can never make us kill a stranger.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

GRACE_S = 10.0
_SAME_BIRTH_S = 1.5

# A Popen object that is garbage collected while its child runs warns; these are reaped by stop_group.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process for all time: the leader of its own group."""

    pid: int
    """Also the id of the process group."""
    born_at: float
    """Seconds since the epoch."""
    host: str


def spawn_group(
    command: Sequence[str], log_path: Path, *, with_owner: bool, environment: Mapping[str, str] | None = None
) -> ProcessIdentity:
    """Starts the command as leader of a new session, output appended to ``log_path``.

    Args:
        command: program and arguments.
        log_path: receives stdout and stderr.
        with_owner: the command ends when this process ends, however it ends; else it lives on.
        environment: the command's whole environment; this process's when None.
    """
    guard = [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))]
    with log_path.open("ab") as output:
        child = subprocess.Popen(
            [*guard, *command] if with_owner else list(command),
            stdin=subprocess.PIPE if with_owner else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=None if environment is None else dict(environment),
        )
    _children[child.pid] = child
    return ProcessIdentity(child.pid, psutil.Process(child.pid).create_time(), socket.gethostname())


def own_identity() -> ProcessIdentity:
    """Returns the identity of this very process, which need not lead a group."""
    return ProcessIdentity(os.getpid(), psutil.Process().create_time(), socket.gethostname())


def is_alive(identity: ProcessIdentity) -> bool:
    """Returns True when exactly this process still runs here; a zombie does not run."""
    if identity.host != socket.gethostname():
        return False
    if (child := _children.get(identity.pid)) is not None and child.poll() is not None:
        return False
    try:
        process = psutil.Process(identity.pid)
        same = abs(process.create_time() - identity.born_at) < _SAME_BIRTH_S
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def exit_status(identity: ProcessIdentity) -> int | None:
    """Returns the exit status if this process started it and it has ended; negative after a signal."""
    child = _children.get(identity.pid)
    return child.poll() if child is not None else None


def group_members(identity: ProcessIdentity) -> list[psutil.Process]:
    """Returns the running processes of the group, the leader's orphans included.

    While a member lives, the kernel does not give the group's number to another process; a member older
    than the leader belongs to a stranger's group of the same number.
    """
    if identity.host != socket.gethostname():
        return []
    members = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) != identity.pid or process.status() == psutil.STATUS_ZOMBIE:
                continue
            born_at = process.create_time()
            is_leader = process.pid == identity.pid
            if is_leader and abs(born_at - identity.born_at) >= _SAME_BIRTH_S:
                return []
            if born_at >= identity.born_at - _SAME_BIRTH_S:
                members.append(process)
    return members


def stop_group(identity: ProcessIdentity, grace_s: float = GRACE_S) -> bool:
    """Ends the whole group: SIGTERM, and SIGKILL for what is left after ``grace_s`` seconds.

    Returns:
        True when something had to be ended; False when it was gone already. A stranger is never touched.
    """
    was_running = bool(group_members(identity))
    for signum, wait_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, grace_s)):
        deadline = time.monotonic() + wait_s
        for process in group_members(identity):
            with contextlib.suppress(psutil.Error):
                process.send_signal(signum)
        while time.monotonic() < deadline:
            _reap(identity)
            if not group_members(identity):
                return was_running
            time.sleep(0.05)
    return was_running


def _reap(identity: ProcessIdentity) -> None:
    child = _children.get(identity.pid)
    if child is not None and child.poll() is not None:
        if child.stdin is not None:
            child.stdin.close()
        del _children[identity.pid]
