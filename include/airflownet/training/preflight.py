"""What a fine-tuning would take and whether its data is fit for it, told before hours are spent.

``check(settings, dataset, base_model)`` loads base and rows as the training does, counts tokens, looks for
leaks, estimates memory, exports the untrained adapter and makes two steps on the longest rows. Nothing is
kept.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from airflownet.errors import InputError
from airflownet.locations import local_copy
from airflownet.toolchain.llama_cpp import find_llama_cpp
from airflownet.training.leak_check import THRESHOLD, count_leaks
from airflownet.training.settings import TrainingSettings
from airflownet.training.stage import base_location, fit_into_memory


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found."""

    statistics: dict[str, dict[str, Any]]
    """By split, see ``token_statistics``."""
    n_leaks: dict[str, int]
    """Answers of validation and test that are near one of training."""
    max_length: int
    rows_per_pass: int
    planned_steps: int
    passes_per_step: int
    estimate_bytes: int
    peak_bytes: int
    """Of the device that trains."""
    available_bytes: int
    """Of this machine's main memory."""
    dry_tokens: int
    dry_seconds: float
    device: str
    precision: str

    @property
    def hours(self) -> float:
        """What the whole training takes at the speed of the dry step, validation left out."""
        tokens = self.statistics["train"]["tokens"] / max(self.statistics["train"]["rows"], 1)
        per_token = self.dry_seconds / max(self.dry_tokens, 1)
        rows = self.rows_per_pass * self.passes_per_step * self.planned_steps
        return float(tokens * rows * per_token / 3600)

    @property
    def is_leaking(self) -> bool:
        """True when something that is tested on is trained on."""
        return any(self.n_leaks.values())

    def lines(self) -> list[str]:
        """Returns what to tell, a line each."""
        told = []
        for split, figures in self.statistics.items():
            n_all = figures["rows"] + figures["over_max_length"]
            told.append(
                f"{split}: {figures['rows']:,} of {n_all:,} rows fit max_length {self.max_length:,}; "
                f"{figures['tokens']:,} tokens, {figures['answer_share']:.0%} of them learned; "
                f"median {figures['median']:,}, 90% below {figures['p90']:,}, longest {figures['longest']:,}"
            )
        leaks = ", ".join(f"{count} of {split}" for split, count in self.n_leaks.items())
        told.append(f"leaks (answers {THRESHOLD} similar to one that is trained on): {leaks}")
        told.append(
            f"memory: about {self.estimate_bytes / 1e9:.1f} GB by the base's shape, "
            f"{self.peak_bytes / 1e9:.1f} GB in the dry steps ({self.device}); "
            f"this machine has {self.available_bytes / 1e9:.1f} GB free"
        )
        told.append(
            f"two dry steps: {self.dry_tokens:,} tokens in {self.dry_seconds:.1f} s "
            f"({self.dry_tokens / max(self.dry_seconds, 1e-9):,.0f} tokens/s, {self.precision}), "
            f"{self.rows_per_pass} rows at once"
        )
        told.append(f"the whole training: {self.planned_steps:,} steps, about {_duration(self.hours)}")
        return told


def check(settings: TrainingSettings, dataset: str, base_model: str) -> Preflight:
    """Looks at data, base and device as the training would.

    Args:
        settings: base, quantisation, adapter and optimisation.
        dataset: folder of the dataset stage.
        base_model: folder of the base stage; empty for other bases and for a wheel that is not there yet.

    Raises:
        ConfigurationError: the training would refuse the settings, the data or the base.
        OutOfMemoryError: one row at once is too much.
        ArtifactError: an input is missing.
        InputError: the base is the seedling and was not trained yet.
    """
    if settings.uses_seedling and not base_model:
        raise InputError(
            "training.base is 'seedling', which has not been trained yet",
            "run `airflownet finetune` without --check, or check a recipe with a base of its own",
        )
    inputs = {"dataset": local_copy(dataset)}
    if base_model:
        inputs["base_model"] = local_copy(base_model)
    samples = inputs["dataset"] / "samples.parquet"
    n_leaks = count_leaks(samples)
    tools = find_llama_cpp()
    with tempfile.TemporaryDirectory(prefix="airflownet-check-") as name:
        spec = {
            "samples": str(samples),
            "base": base_location(settings.base, inputs),
            "base_revision": settings.base.revision if settings.base.kind == "hub" else None,
            "scratch": name,
            "convert_hf": str(tools.convert_hf_to_gguf),
            "convert_lora": str(tools.convert_lora_to_gguf),
            "check_only": True,
        }
        available = psutil.virtual_memory().available
        found = fit_into_memory(settings, spec, Path(name))
    dry = found["dry_steps"]
    rows = found["facts"]["rows_per_pass"]
    return Preflight(
        statistics=found["statistics"],
        n_leaks=n_leaks,
        max_length=settings.max_length,
        rows_per_pass=rows,
        planned_steps=found["planned_steps"],
        passes_per_step=settings.gradient_accumulation_steps * settings.per_device_train_batch_size // rows,
        estimate_bytes=found["estimate_bytes"],
        peak_bytes=dry.get("peak_gpu_bytes", dry["peak_memory_bytes"]),
        available_bytes=available,
        dry_tokens=dry["tokens"],
        dry_seconds=dry["seconds"],
        device=found["device"],
        precision=found["precision"],
    )


def _duration(hours: float) -> str:
    return f"{hours:.1f} hours" if hours >= 1 else f"{max(hours * 60, 1):.0f} minutes"
