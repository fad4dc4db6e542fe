"""The loss at the answers' tokens alone, its gradient computed with it (training environment).

A vocabulary is wide: SmolLM2's output layer is a fifth of the model. So the logits are computed only where
there is a label, in pieces that stay in the cache, and each piece leaves its gradient at once: nothing is
computed again in the backward pass. The loss is that of ``torch.nn.functional.cross_entropy``.
"""

from __future__ import annotations

import functools
from typing import Any

CHUNK_ROWS = 256


def answer_loss(hidden: Any, weight: Any, targets: Any) -> tuple[Any, Any]:
    """Returns the summed negative log-likelihood and how many targets were the likeliest token.

    Args:
        hidden: last hidden states where a label is predicted, (labels, width).
        weight: output layer, (vocabulary, width); gets no gradient.
        targets: the labels, (labels,).
    """
    result: tuple[Any, Any] = _function()(hidden, weight, targets)
    return result


@functools.cache
def _function() -> Any:
    import torch

    class AnswerLoss(torch.autograd.Function):  # type: ignore[misc]
        """See the module."""

        @staticmethod
        def forward(ctx: Any, hidden: Any, weight: Any, targets: Any) -> tuple[Any, Any]:
            loss = torch.zeros((), dtype=torch.float32, device=hidden.device)
            n_likeliest = torch.zeros((), dtype=torch.long, device=hidden.device)
            gradient = torch.empty_like(hidden)
            for start in range(0, len(hidden), CHUNK_ROWS):
                piece, wanted = hidden[start : start + CHUNK_ROWS], targets[start : start + CHUNK_ROWS, None]
                logits = (piece @ weight.T).float()
                total = logits.logsumexp(-1, keepdim=True)
                loss += (total - logits.gather(1, wanted)).sum()
                n_likeliest += (logits.argmax(-1, keepdim=True) == wanted).sum()
                slope = logits.sub_(total).exp_()
                slope.scatter_add_(1, wanted, -torch.ones_like(wanted, dtype=torch.float32))
                gradient[start : start + CHUNK_ROWS] = slope.to(weight.dtype) @ weight
            ctx.save_for_backward(gradient)
            ctx.mark_non_differentiable(n_likeliest)
            return loss, n_likeliest

        @staticmethod
        def backward(ctx: Any, slope: Any, _: Any) -> tuple[Any, None, None]:
            (gradient,) = ctx.saved_tensors
            return gradient * slope.to(gradient.dtype), None, None

    return AnswerLoss.apply
