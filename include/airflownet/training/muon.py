"""The Muon optimizer in float32 (training environment).

Method: momentum, then the update's singular values are brought near one by five Newton-Schulz iterations
(Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"). ``torch.optim.Muon`` does
the iterations in bfloat16, which CPUs without bfloat16 units compute several times slower than this.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_ITERATIONS = 5
_A, _B, _C = 3.4445, -4.7750, 2.0315


def orthogonalised(update: Any) -> Any:
    """Returns the matrix with its singular values brought to about one (between 0.7 and 1.2)."""
    tall = update.shape[0] > update.shape[1]
    x = update.T if tall else update
    x = x / (x.norm() + 1e-7)
    for _ in range(_ITERATIONS):
        gram = x @ x.T
        x = _A * x + (_B * gram + _C * gram @ gram) @ x
    return x.T if tall else x


def muon(
    matrices: Iterable[Any], learning_rate: float, *, momentum: float = 0.95, weight_decay: float = 0.0
) -> Any:
    """Returns a torch optimizer with Nesterov momentum for two-dimensional parameters."""
    import torch

    class Muon(torch.optim.Optimizer):  # type: ignore[misc]
        """See the module."""

        @torch.no_grad()  # type: ignore[untyped-decorator]
        def step(self, closure: Any = None) -> None:  # noqa: ARG002
            """Updates every matrix that has a gradient."""
            for group in self.param_groups:
                for matrix in group["params"]:
                    if matrix.grad is None:
                        continue
                    state = self.state[matrix]
                    if "momentum" not in state:
                        state["momentum"] = torch.zeros_like(matrix)
                    average = state["momentum"].lerp_(matrix.grad, 1 - momentum)
                    update = orthogonalised(matrix.grad.lerp(average, momentum))
                    scale = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
                    matrix.mul_(1 - group["lr"] * weight_decay)
                    matrix.add_(update, alpha=-group["lr"] * scale)

    return Muon(list(matrices), {"lr": learning_rate})
