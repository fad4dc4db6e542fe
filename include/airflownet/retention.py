"""What an artifact root need not keep any longer: runs that nobody has touched for a while.

Only folders that hold finished stages are looked at, so nothing that is not AirflowNet's is ever removed.
Ledgers of paid requests (``requests/``) stay unless they are asked for: they are worth money.
"""

from __future__ import annotations

import datetime
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from airflownet import object_store
from airflownet.errors import ArtifactError
from airflownet.locations import MANIFEST, is_local, join, local_path, read_manifest

LEDGERS = "requests"
SHELF = "models"
"""The promoted models and the alias of the one that serves: no run, whatever its age."""


@dataclass(frozen=True, slots=True)
class OldRun:
    """One run's folder that may go."""

    location: str
    last_finished: datetime.datetime
    """When its newest stage was finished."""
    n_stages: int
    size_bytes: int
    """Of the outputs of its stages, as their manifests say."""


def old_runs(root: str, keep_days: int, now: datetime.datetime, keep: tuple[str, ...] = ()) -> list[OldRun]:
    """Returns the runs below an artifact root whose newest stage is older than ``keep_days``, oldest first.

    Args:
        root: path or URL of the artifact root.
        keep_days: age in days from which a run may go.
        now: the moment from which the age counts.
        keep: names of runs that stay whatever their age.

    Raises:
        NetworkError: the store does not answer.
    """
    found = []
    for name, stages in _runs(root).items():
        manifests = [read_manifest(join(root, name, stage)) for stage in sorted(stages)]
        last = max(datetime.datetime.fromisoformat(manifest["finished_at"]) for manifest in manifests)
        if name not in keep and now - last > datetime.timedelta(days=keep_days):
            found.append(OldRun(join(root, name), last, len(manifests), sum(map(_size_bytes, manifests))))
    return sorted(found, key=lambda run: (run.last_finished, run.location))


def remove_run(run: OldRun, *, with_ledgers: bool = False) -> None:
    """Removes a run's stages; manifests first, so that nothing half removed looks finished.

    Raises:
        ArtifactError: one of its stages is being written right now.
        NetworkError: the store does not answer.
    """
    if is_local(run.location):
        _remove_local(local_path(run.location), with_ledgers)
        return
    names = object_store.names_below(run.location)
    going = [name for name in names if with_ledgers or not name.startswith(f"{LEDGERS}/")]
    object_store.remove(run.location, sorted(going, key=lambda name: not name.endswith(f"/{MANIFEST}")))


def _remove_local(folder: Path, with_ledgers: bool) -> None:
    found = [path.parent for path in folder.glob(f"*/{MANIFEST}") if not path.parent.is_symlink()]
    for stage in sorted(path.name for path in found):
        lock = FileLock(folder / f".{stage}.partial.lock", timeout=0)
        try:
            with lock:
                (folder / stage / MANIFEST).unlink()
                shutil.rmtree(folder / stage)
        except Timeout:
            raise ArtifactError(
                f"{folder / stage} is being written", "wait until that run has ended"
            ) from None
    for path in list(folder.iterdir()):
        if path.name != LEDGERS or with_ledgers:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _runs(root: str) -> dict[str, set[str]]:
    """Returns name of run -> names of its finished stages."""
    if is_local(root):
        # A link leads to what may be somebody else's: neither a run nor a stage.
        found = local_path(root).glob(f"*/*/{MANIFEST}")
        parts = [p.parts[-3:] for p in found if not (p.parent.is_symlink() or p.parents[1].is_symlink())]
    else:
        parts = [tuple(name.split("/")) for name in object_store.names_below(root)]
    runs: dict[str, set[str]] = {}
    for part in parts:
        if len(part) == 3 and part[2] == MANIFEST and not part[1].startswith(".") and part[0] != SHELF:
            runs.setdefault(part[0], set()).add(part[1])
    return runs


def _size_bytes(manifest: dict[str, Any]) -> int:
    return sum(int(output["size_bytes"]) for output in manifest["outputs"].values())
