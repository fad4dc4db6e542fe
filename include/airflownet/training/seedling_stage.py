"""Stage: the base model that is trained from scratch.

``run(settings, "artifacts/laptop/dataset", "artifacts/laptop/base_model")`` writes ``model/``, ``base.gguf``,
``training_log.parquet`` and ``README.md``.
"""

from __future__ import annotations

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.toolchain.llama_cpp import find_llama_cpp
from airflownet.training.model_card import seedling_card
from airflownet.training.settings import SeedlingSettings
from airflownet.training.training_log import write_log
from airflownet.training.worker_process import run_worker

NEEDED_BYTES = 500_000_000


def run(settings: SeedlingSettings, dataset: str, output: str, *, fresh: bool = False) -> StageResult:
    """Trains the seedling on the dataset's training split.

    Args:
        settings: shape, steps and seed.
        dataset: folder of the dataset stage (``samples.parquet``).
        output: folder to write.
        fresh: train even when an equal, finished output is there.

    Returns:
        Location, and counts of rows, files, steps, tokens and parameters. On one machine, equal settings,
        dataset and libraries give equal weights.

    Raises:
        TrainingError: the worker failed (``failures`` tells the kinds apart).
        SetupError: the training environment or llama.cpp's scripts are missing.
    """

    def body(work: StageWork) -> None:
        spec = {
            "settings": settings.model_dump(mode="json"),
            "samples": str(work.inputs["dataset"] / "samples.parquet"),
            "output": str(work.directory),
            "scratch": str(work.scratch),
            "convert_hf": str(find_llama_cpp().convert_hf_to_gguf),
        }
        result = run_worker(
            "airflownet.training.seedling_worker", spec, work.scratch, "Training the seedling base model"
        )
        work.funnel.listed, work.funnel.kept = result["listed"], result["kept"]
        for reason, count in result["dropped"].items():
            work.funnel.drop(reason, count)
        work.counts.update(result["counts"])
        work.facts.update(result["facts"])
        write_log(work.directory / "training_log.parquet", result["log"])
        (work.directory / "README.md").write_text(seedling_card(settings, result), encoding="utf-8")

    return run_stage(
        "seedling", settings, {"dataset": dataset}, output, body,
        code=("training",), needed_bytes=NEEDED_BYTES, fresh=fresh,
    )  # fmt: skip
