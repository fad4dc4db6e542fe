"""Refuses, before any training, an adapter that llama.cpp could not apply (training environment)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from airflownet.training.gguf_export import export_adapter, read_facts
from airflownet.training.worker_channel import MisconfiguredError

log = logging.getLogger(__name__)

_REMEDY = "take it out of training.target_modules; the projections of the layers are what llama.cpp applies"


def check_placement(model: Any, adapter: Any) -> None:
    """Checks which layers of the base a PEFT configuration would put an adapter on.

    llama.cpp has no place for an adapter of the embeddings; where the output layer shares their weights, the
    exported base has no tensor of the output layer, and llama-server refuses the adapter.

    Raises:
        MisconfiguredError: the embeddings, or an output layer tied to them, would get an adapter.
    """
    from peft.tuners.tuners_utils import check_target_module_exists

    for name, module in model.named_modules():
        # The word all-linear leaves both out by itself.
        if adapter.target_modules == "all-linear" or not check_target_module_exists(adapter, name):
            continue
        if module is model.get_input_embeddings():
            raise MisconfiguredError(f"llama.cpp cannot apply an adapter of the embeddings ({name})", _REMEDY)
        if module is model.get_output_embeddings() and model.config.tie_word_embeddings:
            raise MisconfiguredError(
                f"llama.cpp cannot apply an adapter of {name}: this base ties it to the embeddings "
                "(tie_word_embeddings)",
                _REMEDY,
            )


def check_export(model: Any, base_dir: Path, convert_lora: Path, convert_hf: Path, scratch: Path) -> None:
    """Exports the untrained adapter once: what the export refuses is refused before hours are spent.

    Raises:
        MisconfiguredError: llama.cpp's script refuses the adapter, or leaves one of its tensors out.
    """
    folder = scratch / "untrained_adapter"
    model.save_pretrained(folder)
    gguf = folder / "adapter.gguf"
    try:
        export_adapter(convert_lora, folder, base_dir, gguf, "f16")
        n_written = read_facts(convert_hf, gguf)["n_tensors"]
    except (Exception, SystemExit) as error:
        log.exception("the untrained adapter cannot be exported")
        raise MisconfiguredError(
            f"llama.cpp's convert_lora_to_gguf.py refuses this adapter: {type(error).__name__}: {error}",
            "choose other training.target_modules, or a base of an architecture that llama.cpp knows",
        ) from error
    n_trained = sum(parameter.requires_grad for parameter in model.parameters())
    if n_written != n_trained:
        raise MisconfiguredError(
            f"of {n_trained} trained tensors llama.cpp's adapter file would hold {n_written}",
            "train only what it holds: correct training.target_modules",
        )
