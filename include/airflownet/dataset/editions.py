"""Editions: before a dataset is replaced by one of other files, the old one is kept, and its families go on.

``<output>_editions/<version>-<id>`` holds a copy of each earlier edition. A run over the same inputs finds
the same predecessor, so a finished dataset stays finished.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from airflownet.cache import cache_dir
from airflownet.errors import ArtifactError
from airflownet.locations import is_local, local_copy, local_path, publish, read_manifest

_STAGE_INPUTS = frozenset({"dag_files", "verdicts", "instructions", "synthetic", "answers"})

log = logging.getLogger(__name__)


def previous_edition(output: str, inputs: Mapping[str, str]) -> str | None:
    """Returns where the edition before the one to be made stands, None for a first edition.

    Args:
        output: where the dataset is written; what stands there finished is the newest edition.
        inputs: the inputs of the run to come, by name.
    """
    try:
        manifest = read_manifest(output)
    except ArtifactError:
        return None
    if manifest.get("stage") != "dataset" or "dataset_id" not in manifest.get("facts", {}):
        return None
    if _same_inputs(manifest["inputs"], inputs):
        before = manifest["input_locations"].get("previous")
        return str(before) if before else None
    facts = manifest["facts"]
    kept = f"{output.rstrip('/')}_editions/{facts['version']}-{facts['dataset_id'][:12]}"
    try:
        read_manifest(kept)
    except ArtifactError:
        _copy(output, kept)
        log.info("dataset: edition %s is kept in %s", facts["version"], kept)
    return kept


def _same_inputs(known: Mapping[str, str], inputs: Mapping[str, str]) -> bool:
    """Tells whether the stage outputs among the inputs are those of the earlier run."""
    if {name for name in known if name in _STAGE_INPUTS} != set(inputs):
        return False
    return all(known[name] == read_manifest(place)["content_sha256"] for name, place in inputs.items())


def _copy(location: str, target: str) -> None:
    """Puts a copy in place whole: a half copy is never taken for an edition."""
    if is_local(target):
        place = local_path(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(f".{place.name}.copying")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(local_copy(location), partial)
        publish(partial, target)
        return
    with TemporaryDirectory(dir=cache_dir("scratch")) as folder:
        partial = Path(folder) / "edition"
        shutil.copytree(local_copy(location), partial)
        publish(partial, target)
