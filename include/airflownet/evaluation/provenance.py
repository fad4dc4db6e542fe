"""Where the numbers come from: the manifests, the leak check, the server's fingerprint, the base model."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from airflownet.errors import ArtifactError
from airflownet.evaluation.summary import Count, Fact, FunnelStep, StageProvenance
from airflownet.hashing import canonical_json
from airflownet.locations import MANIFEST

STAGE_ORDER = ("mining", "judging", "instructions", "dataset", "base_model", "training", "inference")
_MAX_FACTS = 60
_MAX_FACT_CHARS = 300
_MAX_HEADER_BYTES = 100_000_000


def read_json(path: Path) -> Any:
    """Returns the value of a JSON file, None when there is no such file.

    Raises:
        ArtifactError: it is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ArtifactError(
            f"{path} is not readable JSON: {error}", "run the stage that writes it again"
        ) from None


def _manifests(folders: Mapping[str, Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    for stage in STAGE_ORDER:
        manifest = read_json(folders[stage] / MANIFEST) if stage in folders else None
        if manifest:
            yield stage, manifest


def read_funnel(folders: Mapping[str, Path]) -> tuple[FunnelStep, ...]:
    """Returns the funnel of each stage that has a manifest, in the order of the pipeline."""
    steps = []
    for stage, manifest in _manifests(folders):
        funnel = manifest.get("funnel") or {}
        if funnel.get("listed"):
            dropped = tuple(Count(name, int(n)) for name, n in sorted(funnel.get("dropped", {}).items()))
            of_kept = _contexts(manifest.get("counts") or {})
            steps.append(FunnelStep(stage, int(funnel["listed"]), int(funnel["kept"]), dropped, of_kept))
    return tuple(steps)


def _contexts(counts: Mapping[str, Any]) -> tuple[Count, ...]:
    """Returns how many files need their project, and how many do not; empty where none does."""
    names = ("self_contained", "with_project_files")
    return tuple(Count(name, int(counts[name])) for name in names) if counts.get(names[1]) else ()


def read_provenance(folders: Mapping[str, Path]) -> tuple[StageProvenance, ...]:
    """Returns hashes, versions and settings of each stage that has a manifest."""
    return tuple(
        StageProvenance(
            stage=stage,
            content_sha256=str(manifest.get("content_sha256", "")),
            code_sha256=str(manifest.get("code_sha256", "")),
            git_commit=str(manifest.get("git_commit", "")),
            python=str(manifest.get("python", "")),
            libraries=tuple(Fact(n, str(v)) for n, v in sorted(manifest.get("libraries", {}).items())),
            settings=canonical_json(manifest.get("settings", {})),
        )
        for stage, manifest in _manifests(folders)
    )


def _flatten(value: Any, name: str) -> Iterator[Fact]:
    if isinstance(value, dict) and value:
        for key in value:
            yield from _flatten(value[key], f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for number, item in enumerate(value, start=1):
            yield from _flatten(item, f"{name} {number}".strip())
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        short = text if len(text) <= _MAX_FACT_CHARS else text[:_MAX_FACT_CHARS] + " …"
        yield Fact(name, short)


def read_facts(path: Path) -> tuple[Fact, ...]:
    """Returns the JSON file as named lines in stored order; empty when there is no such file."""
    value = read_json(path)
    facts = [] if value is None else list(_flatten(value, ""))
    if len(facts) > _MAX_FACTS:
        hidden = len(facts) - _MAX_FACTS
        return (*facts[:_MAX_FACTS], Fact("…", f"{hidden} more lines in {path.name}"))
    return tuple(facts)


def read_servers(path: Path) -> tuple[Fact, ...]:
    """Returns the fingerprint of each server that answered, with what it stands for."""
    servers = read_json(path)
    if not isinstance(servers, dict) or not all(isinstance(value, dict) for value in servers.values()):
        return read_facts(path)
    facts: list[Fact] = []
    for name in sorted(servers):
        facts += [Fact("fingerprint", name), *_flatten(servers[name], "")]
    return tuple(facts)


def count_parameters(model_dir: Path) -> int:
    """Returns the number of parameters from the safetensors headers, without loading a tensor.

    Format: 8 bytes of little-endian header length, then JSON (safetensors documentation). 0 when the
    folder holds no readable safetensors file.
    """
    total = 0
    for path in sorted(model_dir.glob("*.safetensors")):
        with path.open("rb") as file:
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
            if not 0 < length <= _MAX_HEADER_BYTES:
                return 0
            try:
                header = json.loads(file.read(length))
            except ValueError:
                return 0
        for name, tensor in header.items():
            if name != "__metadata__":
                size = 1
                for dimension in tensor["shape"]:
                    size *= int(dimension)
                total += size
    return total


def _adapter_warning(folders: Mapping[str, Path]) -> str:
    """Returns a sentence when the inference stage found that the adapter changes nothing."""
    manifest = read_json(folders["inference"] / MANIFEST) if "inference" in folders else None
    if (manifest or {}).get("facts", {}).get("adapter_changes_answers", True):
        return ""
    return " Take care: the server's self-test found that the adapter does not change the answers."


def has_seedling(folders: Mapping[str, Path]) -> bool:
    """Returns whether the base model was trained in this run, by the stage named ``seedling``."""
    manifest = read_json(folders["base_model"] / MANIFEST) if "base_model" in folders else None
    return (manifest or {}).get("stage") == "seedling"


def _base_name(folders: Mapping[str, Path]) -> str:
    if "training" not in folders:
        return ""
    adapter = read_json(folders["training"] / "adapter" / "adapter_config.json") or {}
    path = str(adapter.get("base_model_name_or_path") or "").rstrip("/")
    return "/".join(path.split("/")[-2:])


def model_note(folders: Mapping[str, Path]) -> str:
    """Returns what the base model is, in plain words, and a warning when the adapter does nothing."""
    warning = _adapter_warning(folders)
    if not has_seedling(folders):
        name = _base_name(folders)
        told = f"The base model is {name}." if name else "The training stage does not name the base model."
        return told + warning
    config = read_json(folders["base_model"] / "model" / "config.json") or {}
    n_parameters = count_parameters(folders["base_model"] / "model")
    size = f" of {n_parameters / 1e6:.1f} million parameters" if n_parameters else ""
    architecture = str(config.get("model_type", "")).capitalize() or "language"
    return (
        f"The base model is a seedling: a tiny {architecture} model{size}, trained from scratch in this run "
        "on the training split alone. It makes the whole chain run on a laptop in minutes. It is not a "
        f"useful writer of DAGs, and its numbers say nothing about larger models.{warning}"
    )
