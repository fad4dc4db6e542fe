"""Mining night after night into the same place: what the last run had and this one has not is not forgotten.

When nothing changed at the sources, the stage is finished already. When something did, the last output is
kept beside the new one (``mining_previous``) and the stage makes tombstones of what is gone.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from airflownet.artifacts import StageResult, is_current
from airflownet.errors import ArtifactError
from airflownet.locations import is_local, local_copy, local_path, read_manifest
from airflownet.mining.settings import MiningSettings
from airflownet.mining.stage import code_of, inputs_of, listed_opt_out, pinned_sources, run


def run_again(settings: MiningSettings, output: str, *, date: str = "", fresh: bool = False) -> StageResult:
    """Mines into ``output``, with what stands there as the run before.

    Args:
        settings: the ``mining:`` block of a recipe.
        output: path or URL of the folder to write.
        date: date partition of new tombstones, as ``2026-11-22``; by default today (UTC).
        fresh: run even when nothing changed.

    Raises:
        SourceError, InputError, ArtifactError, DiskSpaceError, FunnelGapError: see ``stage.run``.
    """
    sources, _ = pinned_sources(settings.sources, listed_opt_out(settings))
    pinned = settings.model_copy(update={"sources": sources})
    try:
        manifest = read_manifest(output)
    except ArtifactError:
        return run(pinned, output, fresh=fresh)
    if _is_same(manifest, pinned):
        dated = pinned.model_copy(update={"date": settings.date or manifest["settings"].get("date", "")})
        return run(dated, output, previous=_earlier(manifest), fresh=fresh)
    dated = pinned.model_copy(update={"date": settings.date or date})
    return run(dated, output, previous=_set_aside(output), fresh=fresh)


def _is_same(manifest: dict[str, Any], settings: MiningSettings) -> bool:
    """Tells whether the finished output is what these settings would give again, the date apart."""
    before, now = ({**s, "date": ""} for s in (manifest["settings"], settings.model_dump(mode="json")))
    return before == now and is_current(manifest, inputs_of(settings), code_of(settings))


def _earlier(manifest: dict[str, Any]) -> str | None:
    """Returns the previous output that the finished one was made with, where it still is."""
    location = manifest.get("input_locations", {}).get("previous")
    return location if location and Path(location).exists() else None


def _set_aside(output: str) -> str:
    """Keeps the present output as the previous one; a killed run that comes back keeps the same."""
    if not is_local(output):
        return str(local_copy(output))
    present = local_path(output)
    previous = present.with_name(f"{present.name}_previous")
    partial = present.with_name(f".{present.name}_previous.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(present, partial, copy_function=_link)
    shutil.rmtree(previous, ignore_errors=True)
    partial.rename(previous)
    return str(previous)


def _link(source: str, target: str) -> None:
    """Finished files are never written again, so two names of one file are as good as two files."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
