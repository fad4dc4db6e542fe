"""Stage: QLoRA fine-tuning of a base model on the dataset, with GGUF export.

``run(settings, "run/dataset", "run/base_model", "run/training")`` writes ``adapter/``, ``adapter.gguf``,
``training_log.parquet`` and ``README.md``; for a base other than the seedling also ``base.gguf``.
"""

from __future__ import annotations

from pathlib import Path

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.errors import InputError
from airflownet.toolchain.llama_cpp import find_llama_cpp
from airflownet.training.model_card import adapter_card
from airflownet.training.settings import TrainingSettings
from airflownet.training.training_log import write_log
from airflownet.training.worker_process import run_worker

NEEDED_BYTES = 500_000_000
# What a base of billions of parameters takes as GGUF beside its checkpoints.
NEEDED_WITH_BASE_BYTES = 10_000_000_000


def run(
    settings: TrainingSettings, dataset: str, base_model: str, output: str, *, fresh: bool = False
) -> StageResult:
    """Fine-tunes the base on the dataset's training split.

    Args:
        settings: base, quantisation, adapter and optimisation.
        dataset: folder of the dataset stage (``samples.parquet``).
        base_model: folder of the seedling stage; empty when ``settings.base`` names another base.
        output: folder to write.
        fresh: train even when an equal, finished output is there.

    Returns:
        Location, and counts of rows, steps and tokens. On CPU, equal inputs on one machine give equal
        weights.

    Raises:
        TrainingError: the worker failed (``failures`` tells the kinds apart).
        SetupError: the training environment or llama.cpp's scripts are missing.
        InputError: the recipe's base is the seedling and ``base_model`` is empty.
    """
    inputs = {"dataset": dataset}
    if settings.uses_seedling:
        if not base_model:
            raise InputError(
                "training.base is 'seedling', but no base model folder was given",
                "run the seedling stage first and give its output folder",
            )
        inputs["base_model"] = base_model
    elif Path(settings.base).is_dir():
        inputs["base_model"] = settings.base

    def body(work: StageWork) -> None:
        tools = find_llama_cpp()
        base = settings.base
        if "base_model" in work.inputs:
            base = str(work.inputs["base_model"] / ("model" if settings.uses_seedling else ""))
        # Paths of this machine have no place in the output.
        base_name = "../base_model/model" if settings.uses_seedling else settings.base
        spec = {
            "settings": settings.model_dump(mode="json"),
            "samples": str(work.inputs["dataset"] / "samples.parquet"),
            "base": base,
            "base_name": base_name,
            "export_base": not settings.uses_seedling,
            "output": str(work.directory),
            "scratch": str(work.scratch),
            "convert_hf": str(tools.convert_hf_to_gguf),
            "convert_lora": str(tools.convert_lora_to_gguf),
        }
        result = run_worker("airflownet.training.qlora_worker", spec, work.scratch, "Fine-tuning with QLoRA")
        work.funnel.listed, work.funnel.kept = result["listed"], result["kept"]
        for reason, count in result["dropped"].items():
            work.funnel.drop(reason, count)
        work.counts.update(result["counts"])
        work.facts.update(result["facts"])
        if result["facts"]["device"] != "cpu":
            work.facts["not_reproducible_because"] = (
                "bitsandbytes and attention kernels on GPUs add in any order"
            )
        write_log(work.directory / "training_log.parquet", result["log"])
        (work.directory / "README.md").write_text(adapter_card(settings, base_name, result), encoding="utf-8")

    needed = NEEDED_BYTES if settings.uses_seedling else NEEDED_WITH_BASE_BYTES
    return run_stage(
        "training", settings, inputs, output, body, code=("training",), needed_bytes=needed, fresh=fresh
    )
