"""Worker: fine-tunes a base with QLoRA and exports adapter and base (training environment).

``python -m airflownet.training.qlora_worker spec.json``, started by ``stage``.
"""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

from airflownet.training.adapter_placement import check_export, check_placement
from airflownet.training.chat_dataset import (
    ChatDataset,
    check_batch_mask,
    check_template,
    length_notice,
    tokenise_rows,
)
from airflownet.training.checkpoints import best_checkpoint, is_finished, newest_checkpoint
from airflownet.training.determinism import library_versions, make_deterministic
from airflownet.training.dry_steps import dry_steps
from airflownet.training.flat_batch import label_rows
from airflownet.training.gguf_export import (
    check_model_facts,
    export_adapter,
    export_model,
    pre_tokenizer_of,
    read_facts,
)
from airflownet.training.memory_estimate import memory_bytes
from airflownet.training.merged_model import save_merged
from airflownet.training.parity_sample import parity_sample, prompt_of
from airflownet.training.precision import Precision, choose_precision
from airflownet.training.qlora_trainer import adapter_config, build_trainer, load_base, load_tokenizer
from airflownet.training.training_rows import read_rows
from airflownet.training.unsloth_backend import import_unsloth, load_with_adapter
from airflownet.training.worker_channel import Channel, MisconfiguredError, peak_memory_bytes, serve

# From here on two dry steps come first: they cost seconds, and what follows minutes.
LONG_STEPS = 100
_LOGGED = ("loss", "eval_loss", "grad_norm", "learning_rate", "num_tokens", "mean_token_accuracy")


def fine_tune(spec: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Trains the adapter, writes ``adapter/`` and ``adapter.gguf``, returns counts, facts and the log."""
    settings, scratch = spec["settings"], Path(spec["scratch"])
    is_unsloth = settings["backend"] == "unsloth"
    if is_unsloth:
        import_unsloth()  # before trl and transformers, which it changes
    threads = make_deterministic(settings["seed"], settings["num_threads"])
    precision = choose_precision(settings["precision"], load_in_4bit=settings["load_in_4bit"])
    channel.progress(0, max(settings["max_steps"], 1), f"loading the base for {precision.device}")
    tokenizer = load_tokenizer(spec["base"], spec["base_revision"])
    train, evaluation, counted = _datasets(spec, tokenizer, settings, channel)
    load = load_with_adapter if is_unsloth else load_base
    model = load(spec["base"], spec["base_revision"], settings, precision)
    adapter = adapter_config(settings)
    check_placement(model.get_base_model() if is_unsloth else model, adapter)
    trainer = build_trainer(
        model,
        tokenizer,
        train.examples,
        evaluation.examples,
        None if is_unsloth else adapter,
        settings,
        precision,
        scratch / "checkpoints",
        channel,
    )
    convert_hf, convert_lora = Path(spec["convert_hf"]), Path(spec["convert_lora"])
    check_export(trainer.model, _base_folder(spec), convert_lora, convert_hf, scratch)
    batch = next(iter(trainer.get_train_dataloader()))
    check_batch_mask(label_rows(batch), {row.answer for row in train.rows}, tokenizer)
    planned = planned_steps(trainer)
    check_only, dry = spec.get("check_only", False), None
    if check_only or (planned >= LONG_STEPS and newest_checkpoint(scratch / "checkpoints") is None):
        channel.progress(0, planned, "two dry steps on the longest rows")
        dry = dry_steps(trainer, precision.device)
    estimate = _memory_estimate(spec, trainer, precision)
    if check_only:
        found = {"statistics": counted["statistics"], "planned_steps": planned, "estimate_bytes": estimate}
        about = {"precision": precision.name, "device": _device_name(precision), "facts": {}}
        return {**found, **about, "dry_steps": dry}
    # The looks at the batches drew random numbers.
    make_deterministic(settings["seed"], settings["num_threads"])
    started, resumed_at = time.monotonic(), _train(trainer, scratch / "checkpoints")
    seconds = time.monotonic() - started
    if spec.get("chosen_step"):
        trainer._load_from_checkpoint(str(scratch / "checkpoints" / f"checkpoint-{spec['chosen_step']}"))
    state = trainer.state
    final = trainer.evaluate()["eval_loss"] if evaluation.examples else None
    seen = max((entry.get("num_tokens", 0) for entry in state.log_history), default=0)
    trained_here = seen * (state.global_step - resumed_at) / max(state.global_step, 1)
    best = best_checkpoint(scratch / "checkpoints") if trainer.args.load_best_model_at_end else None
    facts = {
        "best_step": spec.get("chosen_step") or (int(best.name.split("-")[1]) if best else state.global_step),
        "final_train_loss": _last(state.log_history, "loss"),
        "final_eval_loss": final,
        "resumed_at_step": resumed_at,
        "token_statistics": counted["statistics"],
        "estimated_memory_bytes": estimate,
        "dry_steps": dry,
        "tokens_per_s": round(trained_here / max(seconds, 1e-9)),
        "train_s": round(seconds, 1),
        "precision": precision.name,
        "device": _device_name(precision),
        "num_threads": threads,
        "libraries": library_versions(),
        "gguf": _export(spec, trainer, tokenizer),
        "cpu_s": round(time.process_time(), 1),
        "peak_memory_bytes": peak_memory_bytes(),
        **_gpu_facts(precision),
    }
    asked = evaluation.examples or train.examples
    sample = None
    if settings["parity_prompts"]:
        sample = parity_sample(
            trainer.model, tokenizer, asked, settings["parity_prompts"], settings["parity_tokens"]
        )
    candidates = _candidates(spec, trainer, evaluation) if _chooses_by_load_rate(spec) else None
    counts = {
        "steps": state.global_step,
        "tokens_seen": int(seen),
        "train_rows": len(train.rows),
        "train_tokens": train.n_tokens,
        "eval_rows": len(evaluation.examples),
        "trainable_parameters": sum(p.numel() for p in trainer.model.parameters() if p.requires_grad),
    }
    log = _log_rows(state.log_history)
    return {**counted, "counts": counts, "facts": facts, "log": log, "parity": sample, "choice": candidates}


def _chooses_by_load_rate(spec: dict[str, Any]) -> bool:
    by_rate = spec["settings"]["metric_for_best_model"] == "load_rate"
    return bool(by_rate and not spec.get("chosen_step"))


def _candidates(spec: dict[str, Any], trainer: Any, evaluation: ChatDataset) -> dict[str, Any]:
    """Writes the adapter of every kept checkpoint as GGUF; returns them, and what they are to be asked."""
    settings, scratch = spec["settings"], Path(spec["scratch"])
    if not evaluation.rows:
        raise MisconfiguredError(
            "metric_for_best_model is load_rate, and no row of the validation split fits max_length",
            "set metric_for_best_model: eval_loss, or raise training.max_length",
        )
    adapters = {}
    for checkpoint in sorted((scratch / "checkpoints").glob("checkpoint-*")):
        gguf = scratch / f"{checkpoint.name}.gguf"
        convert = Path(spec["convert_lora"])
        export_adapter(convert, checkpoint, _base_folder(spec), gguf, settings["outtype"])
        adapters[checkpoint.name.split("-")[1]] = str(gguf)
    rows = list(zip(evaluation.rows, evaluation.examples, strict=False))[: settings["load_rate_prompts"]]
    prompts = [{"ids": prompt_of(example), "kind": row.kind, "airflow": row.airflow} for row, example in rows]
    return {"adapters": adapters, "prompts": prompts, "losses": _losses(trainer.state.log_history)}


def _losses(history: list[dict[str, Any]]) -> dict[str, float]:
    return {str(entry["step"]): float(entry["eval_loss"]) for entry in history if "eval_loss" in entry}


def planned_steps(trainer: Any) -> int:
    """Returns how many optimizer steps the whole training has."""
    args = trainer.args
    if args.max_steps > 0:
        return int(args.max_steps)
    passes = -(-len(trainer.train_dataset) // args.per_device_train_batch_size)
    steps: int = math.ceil(-(-passes // args.gradient_accumulation_steps) * args.num_train_epochs)
    return steps


def _memory_estimate(spec: dict[str, Any], trainer: Any, precision: Precision) -> int:
    rows = sorted((len(row["input_ids"]) for row in trainer.train_dataset), reverse=True)
    n_rows = trainer.args.per_device_train_batch_size
    return memory_bytes(
        trainer.model.get_base_model().config.to_dict(),
        spec["settings"],
        bytes_per_number=4 if precision.name == "fp32" else 2,
        n_trained=sum(p.numel() for p in trainer.model.parameters() if p.requires_grad),
        n_tokens=rows[0] * min(n_rows, len(rows)),
    )


def _datasets(
    spec: dict[str, Any], tokenizer: Any, settings: dict[str, Any], channel: Channel
) -> tuple[ChatDataset, ChatDataset, dict[str, Any]]:
    splits = {split: read_rows(Path(spec["samples"]), split) for split in ("train", "validation")}
    sets = {name: tokenise_rows(rows, tokenizer, settings["max_length"]) for name, rows in splits.items()}
    train, evaluation = sets["train"], sets["validation"]
    if not train.rows:
        raise MisconfiguredError(
            f"none of {len(splits['train'])} training rows fits max_length {settings['max_length']}",
            f"raise training.max_length: {max(train.too_long, default=0)} tokens would keep all",
        )
    check_template(train.rows[0], tokenizer)
    if notice := length_notice(train, settings["max_length"]):
        channel.send("notice", notice)
    counted = {
        "listed": sum(map(len, splits.values())),
        "kept": len(train.rows) + len(evaluation.rows),
        "dropped": dict(train.dropped + evaluation.dropped),
        "statistics": {name: rows.statistics() for name, rows in sets.items()},
    }
    evaluation.examples = evaluation.examples[: settings["max_eval_samples"]]
    return train, evaluation, counted


def _train(trainer: Any, checkpoints: Path) -> int:
    """Trains from the newest complete checkpoint; returns the step it started at."""
    from transformers import TrainerState

    checkpoint = newest_checkpoint(checkpoints)
    if checkpoint is None:
        trainer.train()
        return 0
    step = int(checkpoint.name.split("-")[1])
    if is_finished(checkpoint):
        best = best_checkpoint(checkpoints) if trainer.args.load_best_model_at_end else None
        trainer._load_from_checkpoint(str(best or checkpoint))
        trainer.state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
    else:
        trainer.train(resume_from_checkpoint=str(checkpoint))
    return step


def _export(spec: dict[str, Any], trainer: Any, tokenizer: Any) -> dict[str, Any]:
    settings, output = spec["settings"], Path(spec["output"])
    adapter_dir, outtype = output / "adapter", settings["outtype"]
    trainer.model.save_pretrained(adapter_dir)
    (adapter_dir / "README.md").unlink(missing_ok=True)
    config_path = adapter_dir / "adapter_config.json"
    config = json.loads(config_path.read_text()) | {"base_model_name_or_path": spec["base_name"]}
    config_path.write_text(json.dumps(config, indent=2, sort_keys=True))
    base_dir = _base_folder(spec)
    export_adapter(Path(spec["convert_lora"]), adapter_dir, base_dir, output / "adapter.gguf", outtype)
    script = Path(spec["convert_hf"])
    facts = {"adapter": read_facts(script, output / "adapter.gguf")}
    if spec["export_base"]:
        export_model(script, base_dir, output / "base.gguf", outtype, pre_tokenizer_of(base_dir))
        facts["base"] = read_facts(script, output / "base.gguf")
        check_model_facts(facts["base"], base_dir)
    if settings["save_merged"]:
        save_merged(base_dir, adapter_dir, output / "merged", tokenizer)
        pre_tokenizer = "qwen2" if spec["base_is_seedling"] else pre_tokenizer_of(base_dir)
        export_model(script, output / "merged", output / "merged.gguf", outtype, pre_tokenizer)
    return facts


def _base_folder(spec: dict[str, Any]) -> Path:
    """Returns the base as a local folder, as the convert scripts need it."""
    if Path(spec["base"]).is_dir():
        return Path(spec["base"])
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(spec["base"], revision=spec["base_revision"]))


def _log_rows(history: list[dict[str, Any]]) -> list[dict[str, float]]:
    rows = [entry for entry in history if "loss" in entry or "eval_loss" in entry]
    return [{"step": e["step"], **{name: e[name] for name in _LOGGED if name in e}} for e in rows]


def _last(history: list[dict[str, Any]], name: str) -> float | None:
    return next((float(entry[name]) for entry in reversed(history) if name in entry), None)


def _device_name(precision: Precision) -> str:
    import torch

    return torch.cuda.get_device_name() if precision.device == "cuda" else "cpu"


def _gpu_facts(precision: Precision) -> dict[str, int]:
    import torch

    return {"peak_gpu_bytes": torch.cuda.max_memory_allocated()} if precision.device == "cuda" else {}


if __name__ == "__main__":
    serve(fine_tune)
