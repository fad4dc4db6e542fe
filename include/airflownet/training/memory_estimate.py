"""How much memory a fine-tuning takes, from the base's shape alone, before anything is loaded.

The sum of weights, adapter with its optimizer, what the backward pass keeps, and the logits. The dry steps
measure what it really takes; this tells beforehand whether trying is worth it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# A linear layer in NF4 with doubly quantised constants; the rest of the model stays in 16 or 32 bits.
NF4_BYTES = 0.52
# float32 weight, gradient and the two moments of AdamW.
TRAINED_BYTES = 16
LOGIT_ROWS = 4096


def memory_bytes(
    config: Mapping[str, Any],
    settings: Mapping[str, Any],
    *,
    bytes_per_number: int,
    n_trained: int,
    n_tokens: int,
) -> int:
    """Returns the estimate in bytes.

    Args:
        config: the base's config.json (Llama's and Qwen2's names).
        settings: the recipe's training block.
        bytes_per_number: of the arithmetic, 2 or 4.
        n_trained: parameters of the adapter.
        n_tokens: of the longest batch, padding included.
    """
    width, inner, layers = (
        int(config[name]) for name in ("hidden_size", "intermediate_size", "num_hidden_layers")
    )
    heads = int(config["num_attention_heads"])
    shared = int(config.get("num_key_value_heads") or heads) * width // heads
    linear = layers * (2 * width * width + 2 * width * shared + 3 * width * inner)
    tied = bool(config.get("tie_word_embeddings"))
    embeddings = int(config["vocab_size"]) * width * (1 if tied else 2)
    per_linear = NF4_BYTES if settings["load_in_4bit"] else bytes_per_number
    # Kept of a layer: both norms' inputs and outputs, queries, keys, values, attention, and the MLP's three.
    kept_of_layer = (8 * width + 4 * shared + 3 * inner) * bytes_per_number
    kept = n_tokens * (
        layers * width * bytes_per_number + kept_of_layer
        if settings["gradient_checkpointing"]
        else layers * kept_of_layer
    )
    logits = min(n_tokens, LOGIT_ROWS) * min(int(config["vocab_size"]), 32_768) * 8
    return int(
        linear * per_linear + embeddings * bytes_per_number + n_trained * TRAINED_BYTES + kept + logits
    )
