"""Attention inside each row of a flat batch, never across rows (training environment).

Rows lie one behind the other in a single sequence without padding; ``cu_seq_lens_q`` tells where each begins.
Each row is given to torch's own causal kernel alone, so that rows cannot see each other and no mask is built;
positions alone would not do: torch's kernels do not look at them.
"""

from __future__ import annotations

import itertools
from typing import Any

NAME = "airflownet_rows"


def register() -> str:
    """Makes the attention known to transformers; returns its name."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface

    AttentionInterface.register(NAME, _attention)
    AttentionMaskInterface.register(NAME, lambda *_args, **_kwargs: None)
    return NAME


def _attention(
    module: Any,
    query: Any,
    key: Any,
    value: Any,
    attention_mask: Any,
    scaling: float | None = None,
    dropout: float = 0.0,
    cu_seq_lens_q: Any = None,
    **kwargs: Any,
) -> tuple[Any, None]:
    if cu_seq_lens_q is None:
        from transformers.integrations.sdpa_attention import sdpa_attention_forward

        output: tuple[Any, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs
        )
        return output
    return rows_attention(query, key, value, cu_seq_lens_q.tolist(), scaling), None


def rows_attention(query: Any, key: Any, value: Any, bounds: list[int], scale: float | None) -> Any:
    """Returns the attention's output, (1, tokens, heads, width).

    Args:
        query: (1, heads, tokens, width).
        key: (1, key/value heads, tokens, width).
        value: like key.
        bounds: first token of each row, and the number of tokens last.
        scale: of the scores; None is one by the root of the width.
    """
    import torch

    rows = [
        torch.nn.functional.scaled_dot_product_attention(
            query[:, :, start:end],
            key[:, :, start:end],
            value[:, :, start:end],
            is_causal=True,
            scale=scale,
            enable_gqa=key.shape[1] != query.shape[1],
        ).transpose(1, 2)
        for start, end in itertools.pairwise(bounds)
    ]
    return torch.cat(rows, dim=1)
