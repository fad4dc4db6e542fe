"""What a killed run leaves in a mirror: a fetch that it had started, and git's own lock files.

Git refuses to fetch while a lock file is there, so a run that was killed in the middle of a fetch would keep
every later one from fetching.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import psutil

log = logging.getLogger(__name__)

_PATIENCE_S = 10.0


def clear_locks(mirror: Path) -> None:
    """Removes lock files from a mirror, after ending the git processes that may still own them.

    Args:
        mirror: a folder that no other run uses now: the caller holds its lock.
    """
    locks = [*mirror.glob("*.lock"), *mirror.glob("refs/**/*.lock")]
    if not locks:
        return
    orphans = list(_git_processes(mirror))
    for orphan in orphans:
        with contextlib.suppress(psutil.Error):
            orphan.terminate()  # git removes its lock files itself at SIGTERM
    for orphan in psutil.wait_procs(orphans, timeout=_PATIENCE_S)[1]:
        with contextlib.suppress(psutil.Error):
            orphan.kill()
    for lock in locks:
        log.info("%s was left by a run that was killed: removed", lock)
        lock.unlink(missing_ok=True)


def _git_processes(mirror: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            if f"--git-dir={mirror}" in words and "fetch" in words:  # who only reads holds no lock
                yield process
