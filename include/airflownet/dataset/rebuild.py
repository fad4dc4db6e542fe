"""Makes a dataset again from its manifest, and says whether the bytes are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from airflownet.artifacts import StageResult
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.stage import run
from airflownet.errors import ArtifactError
from airflownet.locations import local_copy, read_manifest

_STAGE = "dataset"


@dataclass(frozen=True, slots=True)
class Rebuild:
    """The new dataset, and what of it differs from the old one."""

    result: StageResult
    differing: tuple[str, ...]
    """Files whose bytes differ, or that only one of the two has; sorted."""
    reasons: tuple[str, ...]
    """Why they may differ: other code, other libraries."""


def rebuild(location: str, output: str) -> Rebuild:
    """Runs the dataset stage with the settings and inputs of a finished dataset into another folder.

    Raises:
        ArtifactError: it is no dataset, its settings are not those of this version, or an input is gone or
            was changed.
    """
    manifest = read_manifest(location)
    if manifest.get("stage") != _STAGE:
        raise ArtifactError(f"{location} holds a {manifest.get('stage')} output", "give a dataset's folder")
    if local_copy(location) == local_copy_or_none(output):
        raise ArtifactError(f"{output} is the dataset itself", "give another folder to write to")
    inputs = dict(manifest["input_locations"])
    _require_unchanged(manifest, inputs)
    try:
        settings = DatasetSettings.model_validate(manifest["settings"])
    except ValidationError as error:
        raise ArtifactError(
            f"the settings of {location} are not those of this version: {error.errors()[0]['msg']}",
            f"check out the commit that made it: {manifest.get('git_commit') or 'unknown'}",
        ) from None
    benchmarks = [place for name, place in sorted(inputs.items()) if name.startswith("benchmark_")]
    result = run(
        settings,
        inputs["dag_files"],
        inputs["verdicts"],
        inputs["instructions"],
        output,
        previous=inputs.get("previous"),
        synthetic=inputs.get("synthetic"),
        answers=inputs.get("answers"),
        benchmarks=benchmarks[len(settings.benchmarks) :],
        fresh=True,
    )
    again = read_manifest(output)
    names = manifest["outputs"].keys() | again["outputs"].keys()
    differing = sorted(n for n in names if manifest["outputs"].get(n) != again["outputs"].get(n))
    return Rebuild(result, tuple(differing), tuple(_reasons(manifest, again)))


def local_copy_or_none(location: str) -> Any:
    """Returns the local folder of a location, None where nothing is."""
    try:
        return local_copy(location)
    except ArtifactError:
        return None


def _require_unchanged(manifest: dict[str, Any], inputs: dict[str, str]) -> None:
    for name, place in sorted(inputs.items()):
        path = local_copy(place)
        if not path.is_dir() or not (path / "manifest.json").exists():
            continue  # files are compared through the fingerprint of the new run
        found = read_manifest(place)["content_sha256"]
        if found != manifest["inputs"][name]:
            raise ArtifactError(
                f"the input {name} at {place} has changed: {found[:16]}, the dataset was made from "
                f"{manifest['inputs'][name][:16]}",
                "run the earlier stages with the same recipe and pins, or restore that folder",
            )


def _reasons(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    found = []
    for name in sorted(before["inputs"].keys() | after["inputs"].keys()):
        if before["inputs"].get(name) != after["inputs"].get(name):
            found.append(f"the input {name} has changed")
    if before["code_sha256"] != after["code_sha256"]:
        found.append(f"other code: it was made at commit {before.get('git_commit') or 'unknown'}")
    for library, version in sorted(before["libraries"].items()):
        if after["libraries"].get(library) != version:
            found.append(f"{library} {version}, now {after['libraries'].get(library)}")
    return found
