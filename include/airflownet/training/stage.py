"""Stage: QLoRA fine-tuning of a base model on the dataset, with GGUF export.

``run(settings, "run/dataset", "run/base_model", "run/training")`` writes ``adapter/``, ``adapter.gguf``,
``training_log.parquet``, a TensorBoard file, ``loss.png``, ``trained_on.txt`` (ids of the DAG files of
training and validation, one a line) and ``README.md``; for a base other than the seedling also ``base.gguf``.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.errors import InputError
from airflownet.llama.quantised import with_type
from airflownet.toolchain.llama_cpp import find_llama_cpp
from airflownet.training.base_settings import KINDS_WITH_STAGE, Base
from airflownet.training.failures import OutOfMemoryError, WorkerKilledError
from airflownet.training.load_rate import ValidationPrompt, best_step, load_rates
from airflownet.training.loss_plot import NAME as LOSS_PLOT
from airflownet.training.loss_plot import plot_losses
from airflownet.training.model_card import adapter_card
from airflownet.training.parity import check_parity
from airflownet.training.settings import TrainingSettings
from airflownet.training.smaller_batch import halve_batch, with_smaller_batch
from airflownet.training.tensorboard_file import NAME as EVENTS
from airflownet.training.tensorboard_file import write_events
from airflownet.training.training_log import write_log
from airflownet.training.training_rows import TRAINED_ON, seen_files
from airflownet.training.wheel_base import ensure_folder
from airflownet.training.worker_process import run_worker

# Lines of this logger reach the terminal of `make demo` and the task's log.
log = logging.getLogger("airflownet.stage")

# What the base takes as GGUF beside the checkpoints: billions of parameters where the kind allows them.
NEEDED_BYTES = {
    "seedling": 500_000_000,
    "wheel": 2_000_000_000,
    "folder": 10_000_000_000,
    "hub": 10_000_000_000,
}


def run(
    settings: TrainingSettings, dataset: str, base_model: str, output: str, *, fresh: bool = False
) -> StageResult:
    """Fine-tunes the base on the dataset's training split.

    Args:
        settings: base, quantisation, adapter and optimisation.
        dataset: folder of the dataset stage (``samples.parquet``).
        base_model: folder of the base stage; empty when ``settings.base`` stays where it is, or for a wheel,
            which is then taken from the cache and exported beside the adapter.
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
    elif settings.base.kind == "wheel":
        inputs |= {"base_model": base_model} if base_model else {}
    elif settings.base.kind == "folder" and Path(settings.base.path).is_dir():
        inputs["base_model"] = settings.base.path

    def body(work: StageWork) -> None:
        tools = find_llama_cpp()
        finished = _finished_base(settings.base, work)
        base_name = settings.base.label
        spec = {
            "samples": str(work.inputs["dataset"] / "samples.parquet"),
            "base": base_location(settings.base, work.inputs),
            "base_revision": settings.base.revision if settings.base.kind == "hub" else None,
            "base_name": base_name,
            "base_is_seedling": settings.uses_seedling,
            "export_base": finished is None,
            "output": str(work.directory),
            "scratch": str(work.scratch),
            "convert_hf": str(tools.convert_hf_to_gguf),
            "convert_lora": str(tools.convert_lora_to_gguf),
        }
        result = fit_into_memory(settings, spec, work.scratch)
        if finished is not None and not settings.uses_seedling:
            _link_or_copy(finished, work.directory / "base.gguf")
        base_gguf = finished or work.directory / "base.gguf"
        if result["choice"]:
            result = _choose_by_load_rate(settings, spec, result, base_gguf, work)
        work.facts["parity"] = _compare_exports(result["parity"], base_gguf, settings, work)
        work.funnel.listed, work.funnel.kept = result["listed"], result["kept"]
        for reason, count in result["dropped"].items():
            work.funnel.drop(reason, count)
        work.counts.update(result["counts"])
        work.facts.update(result["facts"])
        _quantise_merged(settings, work)
        if result["facts"]["device"] != "cpu":
            work.facts["not_reproducible_because"] = (
                "bitsandbytes and attention kernels on GPUs add in any order"
            )
        (work.directory / TRAINED_ON).write_text(seen_files(Path(str(spec["samples"]))), encoding="utf-8")
        write_log(work.directory / "training_log.parquet", result["log"])
        write_events(work.directory / EVENTS, result["log"])
        plot_losses(work.directory / LOSS_PLOT, result["log"])
        card = adapter_card(settings, base_name, result, work.facts)
        (work.directory / "README.md").write_text(card, encoding="utf-8")

    return run_stage(
        "training", settings, inputs, output, body,
        code=("training",), needed_bytes=NEEDED_BYTES[settings.base.kind], fresh=fresh,
    )  # fmt: skip


def _choose_by_load_rate(
    settings: TrainingSettings, spec: dict[str, Any], result: dict[str, Any], base_gguf: Path, work: StageWork
) -> dict[str, Any]:
    """Returns the worker's result for the checkpoint whose answers load most often."""
    choice = result["choice"]
    rates = load_rates(
        {int(step): Path(adapter) for step, adapter in choice["adapters"].items()},
        base_gguf,
        [ValidationPrompt(tuple(p["ids"]), p["kind"], p["airflow"]) for p in choice["prompts"]],
        settings.load_rate_tokens,
        work.scratch,
    )
    chosen = best_step(rates, {int(step): loss for step, loss in choice["losses"].items()})
    work.facts["load_rates"] = {str(step): round(rate, 4) for step, rate in rates.items()}
    final = fit_into_memory(settings, {**spec, "export_base": False, "chosen_step": chosen}, work.scratch)
    # Speed, tokens and log are the training's; the second worker only took the chosen step and exported it.
    facts = {**result["facts"], **{name: final["facts"][name] for name in ("best_step", "final_eval_loss")}}
    facts["gguf"] = {**result["facts"]["gguf"], **final["facts"]["gguf"]}
    return {**result, "facts": facts, "parity": final["parity"]}


def _compare_exports(
    sample: dict[str, Any] | None, base_gguf: Path, settings: TrainingSettings, work: StageWork
) -> dict[str, Any] | None:
    """Returns the parity of adapter and merged model with what was trained; None when it is not asked for."""
    if sample is None:
        return None
    found = {"adapter": check_parity(sample, base_gguf, work.directory / "adapter.gguf", work.scratch)}
    if settings.save_merged:
        found["merged"] = check_parity(sample, work.directory / "merged.gguf", None, work.scratch)
    for name, figures in found.items():
        log.info(
            "exported %s: %.0f%% of %d greedy tokens as trained, log-probabilities %s nats apart on average",
            name, 100 * figures["token_agreement"], figures["tokens"], figures["mean_logprob_distance"],
        )  # fmt: skip
    return found


def _quantise_merged(settings: TrainingSettings, work: StageWork) -> None:
    for gguf_type in settings.merged_gguf_types:
        made = with_type(work.directory / "merged.gguf", gguf_type)
        _link_or_copy(made, work.directory / f"merged.{gguf_type}.gguf")


def fit_into_memory(settings: TrainingSettings, spec: dict[str, Any], scratch: Path) -> dict[str, Any]:
    """Runs the worker, with half the rows at once and twice the passes whenever memory does not do.

    Raises:
        OutOfMemoryError: one row at once is still too much.
        WorkerKilledError: the system killed the worker; the next try goes on with half the rows.
        TrainingError: it failed otherwise.
    """
    current = with_smaller_batch(settings, scratch)
    while True:
        try:
            result = run_worker(
                "airflownet.training.qlora_worker",
                {**spec, "settings": current.model_dump(mode="json")},
                scratch,
                "Fine-tuning with QLoRA",
            )
        except OutOfMemoryError as error:
            smaller = halve_batch(current, scratch)
            if smaller is None:
                raise OutOfMemoryError(
                    error.message,
                    "lower training.max_length or set training.gradient_checkpointing: true; then run again",
                ) from error
            log.warning(
                "out of memory with %d rows at once: going on with %d, and %d passes per step",
                current.per_device_train_batch_size,
                smaller.per_device_train_batch_size,
                smaller.gradient_accumulation_steps,
            )
            if isinstance(error, WorkerKilledError):
                raise
            current = smaller
        else:
            result["facts"]["rows_per_pass"] = current.per_device_train_batch_size
            return result


def base_location(base: Base, inputs: Mapping[str, Path]) -> str:
    """Returns the folder or hub id that the worker loads."""
    if base.kind == "hub":
        return base.id
    if base.kind == "folder":
        return str(inputs.get("base_model", base.path))
    if "base_model" in inputs:
        return str(inputs["base_model"] / "model")
    assert base.kind == "wheel"
    return str(ensure_folder(base))


def _finished_base(base: Base, work: StageWork) -> Path | None:
    """Returns the GGUF that an earlier stage of the run has written; None when there is none."""
    folder = work.inputs.get("base_model") if base.kind in KINDS_WITH_STAGE else None
    return None if folder is None else folder / "base.gguf"


def _link_or_copy(source: Path, destination: Path) -> None:
    """The adapter's folder serves alone, too: whoever has it has its base, at no cost on the same disk."""
    try:
        destination.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, destination)
