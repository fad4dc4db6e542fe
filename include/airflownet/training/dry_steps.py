"""Two steps on the longest rows before the training: what does not fit is known in seconds (training env)."""

from __future__ import annotations

import time
from typing import Any

from airflownet.training.worker_channel import peak_memory_bytes

N_STEPS = 2


def dry_steps(trainer: Any, device: str) -> dict[str, Any]:
    """Runs forward and backward passes on the longest batch; no weight and no state of the trainer changes.

    Returns:
        ``tokens`` of the batch, ``seconds`` of the second pass, ``peak_memory_bytes`` and, on a GPU,
        ``peak_gpu_bytes``.

    Raises:
        torch.OutOfMemoryError, MemoryError: the longest batch does not fit.
    """
    import torch

    rows = sorted(trainer.train_dataset, key=lambda row: -len(row["input_ids"]))
    columns = ("input_ids", "labels", "seq_lengths")
    longest = [
        {name: row[name] for name in columns if name in row}
        for row in rows[: trainer.args.per_device_train_batch_size]
    ]
    seen = trainer._total_train_tokens
    trainer.model.train()
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    seconds = 0.0
    for _ in range(N_STEPS):
        inputs = trainer._prepare_inputs(trainer.data_collator(longest))
        started = time.monotonic()
        with trainer.compute_loss_context_manager():
            trainer.compute_loss(trainer.model, inputs).backward()
        if device == "cuda":
            torch.cuda.synchronize()
        seconds = time.monotonic() - started
        trainer.model.zero_grad(set_to_none=True)
    trainer._metrics["train"].clear()
    trainer._total_train_tokens = seen
    facts: dict[str, Any] = {
        "tokens": sum(len(row["input_ids"]) for row in longest),
        "seconds": round(seconds, 3),
        "peak_memory_bytes": peak_memory_bytes(),
    }
    if device == "cuda":
        facts["peak_gpu_bytes"] = torch.cuda.max_memory_allocated()
    return facts
