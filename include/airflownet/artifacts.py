"""How every stage leaves its output: whole or not at all, with a manifest, never done twice.

``run_stage`` gives the stage a working folder beside its output, and when the stage has finished it
writes ``manifest.json`` and renames the folder into place. A run with an equal fingerprint (settings,
content of the inputs, code, library versions) is skipped; an interrupted one with an equal fingerprint
finds its working folder as it left it and may resume.

Output may be any fsspec URL (``s3://``, ``gs://``, ``memory://``): then the stage works in the cache
folder and the files are uploaded with the manifest last, so that a manifest always means "complete".
"""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import logging
import platform
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import ArtifactError
from airflownet.funnel import Funnel
from airflownet.hashing import canonical_json, sha256_file, sha256_text
from airflownet.locations import MANIFEST, is_local, local_copy, local_path, publish, read_manifest, recover

log = logging.getLogger(__name__)

SCRATCH = "_scratch"
_FINGERPRINT = ".fingerprint"
_FORMAT = 1


class StageSettings(BaseModel):
    """Base of each stage's settings: unknown fields are errors, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass
class StageWork:
    """What a stage's body works with."""

    stage: str
    directory: Path
    """Files written here become the output."""
    scratch: Path
    """Files written here survive an interruption and are removed on success."""
    inputs: dict[str, Path]
    """Local folder or file of each input."""
    funnel: Funnel = field(default_factory=Funnel)
    counts: dict[str, int] = field(default_factory=dict)
    """Further counts for the manifest and XCom."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Anything else the manifest should tell; ``not_reproducible_because`` belongs here."""


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage returns, small enough for XCom."""

    stage: str
    location: str
    """Path or URL of the output folder."""
    counts: dict[str, int]
    skipped: bool
    """True when an equal, finished output was there already."""
    seconds: float


def _content_sha256(path: Path) -> str:
    if path.is_file():
        return sha256_file(path)
    manifest = path / MANIFEST
    if manifest.exists():
        return str(json.loads(manifest.read_text())["content_sha256"])
    return sha256_text(canonical_json(_outputs(path)))


def _outputs(directory: Path) -> dict[str, dict[str, Any]]:
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return {
        path.relative_to(directory).as_posix(): {
            "sha256": sha256_file(path),
            "size_bytes": path.stat().st_size,
        }
        for path in files
        if path.name not in (MANIFEST, _FINGERPRINT) and SCRATCH not in path.relative_to(directory).parts
    }


def _code_sha256(folders: Sequence[str]) -> str:
    """Hashes the library's shared modules and the named folders: a changed stage is run again."""
    root = Path(__file__).parent
    files = sorted(root.glob("*.py"))
    for folder in folders:
        files += sorted(p for p in (root / folder).rglob("*") if p.is_file() and p.suffix not in (".pyc",))
    return sha256_text(canonical_json([(f.relative_to(root).as_posix(), sha256_file(f)) for f in files]))


def is_current(manifest: Mapping[str, Any], inputs: Mapping[str, str], code: Sequence[str]) -> bool:
    """Tells whether a finished output was made by this code from inputs with this content.

    Only the named inputs are compared; settings and libraries are not.
    """
    return bool(manifest.get("code_sha256") == _code_sha256(code)) and all(
        manifest.get("inputs", {}).get(name) == _content_sha256(local_copy(place))
        for name, place in inputs.items()
    )


def _git_commit() -> str:
    try:
        answer = subprocess.run(
            ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def _is_finished(location: str, fingerprint: str) -> dict[str, Any] | None:
    try:
        manifest = read_manifest(location)
    except ArtifactError:
        return None
    if manifest.get("format") != _FORMAT or manifest.get("fingerprint") != fingerprint:
        return None
    if is_local(location):
        root = local_path(location)
        for name, output in manifest["outputs"].items():
            file = root / name
            if not file.is_file() or file.stat().st_size != output["size_bytes"]:
                log.warning("%s is missing or was changed; the stage runs again", file)
                return None
    return manifest


def _remove_aids(work_dir: Path) -> None:
    """Removes what only a run that is to be continued needs."""
    shutil.rmtree(work_dir / SCRATCH, ignore_errors=True)
    (work_dir / _FINGERPRINT).unlink(missing_ok=True)


_asking_only: ContextVar[bool] = ContextVar("asking_only", default=False)


class _WouldRun(Exception):  # noqa: N818  an answer, caught by `would_run`
    """The stage that was asked about has something to do."""


def would_run(call: Callable[[], object]) -> bool:
    """Tells whether a stage has something to do, without doing it: ``would_run(lambda: run(settings, ...))``.

    Raises:
        ArtifactError: an input is missing, or another run is writing this output.
    """
    token = _asking_only.set(True)
    try:
        call()
    except _WouldRun:
        return True
    finally:
        _asking_only.reset(token)
    return False


def run_stage(
    stage: str,
    settings: StageSettings,
    inputs: Mapping[str, str],
    output: str,
    body: Callable[[StageWork], None],
    *,
    code: Sequence[str],
    libraries: Sequence[str] = (),
    needed_bytes: int = 100_000_000,
    fresh: bool = False,
) -> StageResult:
    """Runs ``body`` once for this combination of settings, inputs and code, and publishes its folder.

    Args:
        stage: name of the stage, for messages and the manifest.
        settings: everything that determines the output beside the inputs.
        inputs: name -> path or URL of a finished stage output, a folder or a file.
        output: path or URL of the folder to write.
        body: writes into ``StageWork.directory`` and fills the funnel and counts.
        code: folders of the library whose change makes the output stale.
        libraries: distributions whose version is part of the fingerprint.
        needed_bytes: free disk demanded before the start.
        fresh: run even when a finished output is there.

    Returns:
        Location and counts; ``skipped`` tells that nothing had to be done.

    Raises:
        ArtifactError: an input is missing, or another run is writing this output.
        DiskSpaceError: less than ``needed_bytes`` free.
        FunnelGapError: ``listed != kept + dropped``; nothing is published.
    """
    started = time.monotonic()
    if is_local(output):
        target = local_path(output)
        target.parent.mkdir(parents=True, exist_ok=True)
        work_dir, location = target.with_name(f".{target.name}.partial"), str(target)
    else:
        work_dir, location = cache_dir("scratch") / sha256_text(output)[:16], output
    require_free_disk(work_dir.parent, needed_bytes, stage)
    lock = FileLock(work_dir.with_name(work_dir.name + ".lock"), timeout=0)
    try:
        held = lock.acquire()
    except Timeout:
        raise ArtifactError(
            f"{location} is being written by another run of {stage}",
            "wait for that run, stop it, or give another artifact root",
        ) from None
    with held:
        if (work_dir / MANIFEST).exists():
            _remove_aids(work_dir)
        recover(work_dir, location)
        local_inputs = {name: local_copy(place) for name, place in sorted(inputs.items())}
        identity = {
            "stage": stage,
            "settings": settings.model_dump(mode="json"),
            "inputs": {name: _content_sha256(path) for name, path in local_inputs.items()},
            "code_sha256": _code_sha256(code),
            "libraries": {name: importlib.metadata.version(name) for name in sorted(libraries)},
        }
        fingerprint = sha256_text(canonical_json(identity))
        if not fresh and (manifest := _is_finished(location, fingerprint)) is not None:
            log.info("%s: finished already, nothing to do (%s)", stage, location)
            return StageResult(stage, location, manifest["counts"], True, time.monotonic() - started)
        if _asking_only.get():
            raise _WouldRun

        if not fresh and (manifest := _is_finished(str(work_dir), fingerprint)) is not None:
            log.info("%s: an interrupted run had done all but publish it (%s)", stage, location)
            publish(work_dir, location)
            return StageResult(stage, location, manifest["counts"], False, time.monotonic() - started)
        marker = work_dir / _FINGERPRINT
        if fresh or not marker.exists() or marker.read_text() != fingerprint:
            shutil.rmtree(work_dir, ignore_errors=True)
        elif any(work_dir.iterdir()):
            log.info("%s: continuing what an interrupted run left in %s", stage, work_dir)
        scratch = work_dir / SCRATCH
        scratch.mkdir(parents=True, exist_ok=True)
        marker.write_text(fingerprint)

        work = StageWork(stage, work_dir, scratch, local_inputs)
        body(work)
        work.funnel.check(stage)
        outputs = _outputs(work_dir)
        counts = {"listed": work.funnel.listed, "kept": work.funnel.kept, **work.counts}
        manifest = {
            "format": _FORMAT,
            "fingerprint": fingerprint,
            **identity,
            "input_locations": dict(sorted(inputs.items())),
            "content_sha256": sha256_text(canonical_json(outputs)),
            "funnel": work.funnel.as_dict(),
            "counts": counts,
            "facts": work.facts,
            "outputs": outputs,
            "git_commit": _git_commit(),
            "python": platform.python_version(),
            "finished_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - started, 3),
        }
        temporary = work_dir / (MANIFEST + ".partial")
        temporary.write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
        temporary.replace(work_dir / MANIFEST)
        # From here on a kill costs nothing: with its manifest the folder is whole, the next run publishes it.
        _remove_aids(work_dir)
        publish(work_dir, location)
    return StageResult(stage, location, counts, False, time.monotonic() - started)
