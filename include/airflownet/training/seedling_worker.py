"""Worker: trains the seedling from scratch and exports it (training environment).

``python -m airflownet.training.seedling_worker spec.json``, started by ``seedling_stage``.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from pathlib import Path
from typing import Any

from airflownet.training.chat_format import control_token_in, tokenise_text
from airflownet.training.determinism import library_versions, make_deterministic
from airflownet.training.gguf_export import export_model, read_facts
from airflownet.training.packed_sequences import PackedSequences
from airflownet.training.seedling_tokenizer import train_tokenizer
from airflownet.training.seedling_training import SeedlingTraining, new_model
from airflownet.training.training_rows import ChatRow, read_rows
from airflownet.training.worker_channel import Channel, MisconfiguredError, peak_memory_bytes, serve


def train(spec: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Trains tokenizer and model, writes ``model/`` and ``base.gguf``, returns counts, facts and the log."""
    settings, output, scratch = spec["settings"], Path(spec["output"]), Path(spec["scratch"])
    threads = make_deterministic(settings["seed"], settings["num_threads"])
    rows = read_rows(Path(spec["samples"]), "train")
    if not rows:
        raise MisconfiguredError("the dataset has no training rows", "look at the dataset stage's funnel")
    channel.progress(0, settings["max_steps"], f"training the tokenizer on {len(rows)} rows")
    texts = list(dict.fromkeys(text for row in rows for text in row.texts))
    tokenizer = train_tokenizer(texts, settings["vocab_size"], settings["max_position_embeddings"])
    kept, dropped = _usable(rows, tokenizer, settings["max_file_tokens"])
    sequences = PackedSequences(
        kept,
        tokenizer,
        length=settings["sequence_length"],
        batch_size=settings["per_device_train_batch_size"],
        chat_share=settings["chat_share"],
        seed=settings["seed"],
    )
    model = new_model(settings, tokenizer)
    training = SeedlingTraining(model, settings, scratch)
    first_step = training.resume()
    started = time.monotonic()
    for batch in itertools.islice(sequences.batches(), first_step, settings["max_steps"]):
        training.step(batch)
        speed = training.tokens_per_step * (training.done - first_step) / (time.monotonic() - started)
        channel.progress(
            training.done, settings["max_steps"], f"loss {training.loss:.2f}, {speed:,.0f} tokens/s"
        )
    seconds = time.monotonic() - started
    model_dir = output / "model"
    model.save_pretrained(model_dir)
    tokenizer.save_pretrained(model_dir)
    export_model(Path(spec["convert_hf"]), model_dir, output / "base.gguf", settings["outtype"], "qwen2")
    gguf = read_facts(Path(spec["convert_hf"]), output / "base.gguf")
    return {
        "listed": len(rows),
        "kept": len(kept),
        "dropped": dict(dropped),
        "counts": {
            "files": sequences.n_files,
            "file_tokens": sequences.n_tokens,
            "files_too_long": len({row.file_id for row in rows}) - sequences.n_files,
            "steps": training.done,
            "tokens_seen": training.done * training.tokens_per_step,
            "parameters": sum(p.numel() for p in model.parameters()),
            "vocab_size": len(tokenizer),
        },
        "facts": {
            "final_train_loss": training.loss,
            "resumed_at_step": first_step,
            "tokens_per_s": round(
                training.tokens_per_step * (training.done - first_step) / max(seconds, 1e-9)
            ),
            "train_s": round(seconds, 1),
            "cpu_s": round(time.process_time(), 1),
            "peak_memory_bytes": peak_memory_bytes(),
            "num_threads": threads,
            "libraries": library_versions(),
            "gguf": gguf,
        },
        "log": training.log,
    }


def _usable(rows: list[ChatRow], tokenizer: Any, max_file_tokens: int) -> tuple[list[ChatRow], Counter[str]]:
    kept, dropped = [], Counter[str]()
    for row in rows:
        if control_token_in(row.texts, tokenizer) is not None:
            dropped["control_token_in_text"] += 1
        elif len(tokenise_text(row.answer, tokenizer)) > max_file_tokens:
            dropped["over_max_file_tokens"] += 1
        else:
            kept.append(row)
    if not kept:
        raise MisconfiguredError(
            f"none of {len(rows)} training rows has an answer of at most {max_file_tokens} tokens",
            "raise seedling.max_file_tokens",
        )
    return kept, dropped


if __name__ == "__main__":
    serve(train)
