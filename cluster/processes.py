"""The processes of a cluster: started with a record, found again, ended for certain, and nobody else's."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import psutil

from airflownet.llama.process import ProcessIdentity, group_members, is_alive, spawn_group
from cluster.plan import MARKER, Plan

_RECORD = "process.json"
_HELD = "held-until"
LOG = "log.txt"
PATIENCE_S = 20.0


def start(
    plan: Plan, name: str, command: list[str], environment: dict[str, str], *, directory: Path | None = None
) -> ProcessIdentity:
    """Starts one process in its own folder and session; its record is there before this returns.

    Args:
        plan: of the cluster.
        name: of the process.
        command: program and arguments.
        environment: beside this process's own environment without another Airflow's settings.
        directory: working directory; by default the process's own folder, so that whatever a task leaves by
            a relative path lies there.
    """
    folder = plan.folder_of(name)
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    identity = spawn_group(
        ["env", "--chdir", str(directory or folder), *command],
        folder / LOG,
        with_owner=False,
        environment={**_clean(), **environment, MARKER: plan.folder},
    )
    (folder / _RECORD).write_text(json.dumps(asdict(identity)))
    return identity


def find(plan: Plan, name: str) -> ProcessIdentity | None:
    """Returns the process that runs under this name, None when it does not."""
    path = plan.folder_of(name) / _RECORD
    try:
        identity = ProcessIdentity(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return identity if is_alive(identity) else None


def kill(plan: Plan, name: str) -> list[int]:
    """Kills a process as the loss of its machine does (SIGKILL): its group and all it has started."""
    identity = find(plan, name)
    if identity is None:
        return []
    victims = {process.pid: process for process in group_members(identity)}
    for process in list(victims.values()):
        with contextlib.suppress(psutil.Error):
            victims |= {child.pid: child for child in process.children(recursive=True)}
    for process in victims.values():
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(list(victims.values()), timeout=10)
    return sorted(victims)


def hold(plan: Plan, name: str, seconds: float) -> None:
    """Keeps a process from being started again for a while."""
    (plan.folder_of(name) / _HELD).write_text(str(time.time() + seconds))


def is_held(plan: Plan, name: str) -> bool:
    """Returns whether a process is not to be started now."""
    try:
        return float((plan.folder_of(name) / _HELD).read_text()) > time.time()
    except (OSError, ValueError):
        return False


def stop(plan: Plan, names: Sequence[str], number: signal.Signals = signal.SIGTERM) -> None:
    """Asks processes to end, all at once, and ends the groups of those that have not after 20 s."""
    running = {name: identity for name in names if (identity := find(plan, name))}
    for identity in running.values():
        with contextlib.suppress(psutil.Error):
            psutil.Process(identity.pid).send_signal(number)
    deadline = time.monotonic() + PATIENCE_S
    while any(map(is_alive, running.values())) and time.monotonic() < deadline:
        time.sleep(0.1)
    for name in names:
        kill(plan, name)
        (plan.folder_of(name) / _RECORD).unlink(missing_ok=True)


def stragglers(folder: Path) -> Iterator[psutil.Process]:
    """Yields every process that carries the cluster's mark: tasks and servers that components had started."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, PermissionError, OSError):
            if process.pid != os.getpid() and _is_of(process, folder):
                yield process


def _is_of(process: psutil.Process, folder: Path) -> bool:
    """A process that gave itself a title, as Airflow's and Celery's do, has written over its environment.

    Such a one is known by its working directory; a shell of a person there has an environment, and is spared.
    """
    environment = process.environ()
    if MARKER in environment or "PATH" in environment:
        return environment.get(MARKER) == str(folder)
    return Path(process.cwd()).is_relative_to(folder)


def sweep(folder: Path) -> int:
    """Kills what still carries the cluster's mark; returns how many there were."""
    found = list(stragglers(folder))
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(found, timeout=10)
    return len(found)


def _clean() -> dict[str, str]:
    """This process's environment without another Airflow's settings."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PYTHONPATH"))
    }
