"""Layers of a Llama or Qwen2 model with their passes over memory joined (training environment).

The mathematics is that of transformers and PEFT; what differs is how often an activation is read and written,
and what is kept for the backward pass. On a CPU that is a third of the time between the matrix products.
"""

from __future__ import annotations

import functools
import sys
import types
from typing import Any

MODEL_TYPES = ("llama", "qwen2")
"""Architectures whose layers are known to be computed as below."""


def make_lean(model: Any) -> None:
    """Replaces the forward passes of a PEFT model's layers; weights and names stay.

    Adapters with dropout, DoRA or a quantised base layer keep PEFT's own pass.
    """
    from peft.tuners.lora import Linear as LoraLinear

    base = model.get_base_model()
    if base.config.model_type not in MODEL_TYPES:
        return
    for module in base.modules():
        kind = type(module).__name__
        if kind.endswith("RMSNorm"):
            module.forward = types.MethodType(_norm, module)
        elif kind.endswith("MLP") and base.config.hidden_act == "silu":
            module.forward = types.MethodType(_gated, module)
        elif type(module) is LoraLinear and _is_plain(module):
            module.forward = types.MethodType(_adapted, module)
    # The layers look the function up in their own module.
    sys.modules[type(base).__module__].apply_rotary_pos_emb = _rotated  # type: ignore[attr-defined]


def _is_plain(module: Any) -> bool:
    import torch

    (name,) = module.active_adapters
    return bool(
        type(module.base_layer) is torch.nn.Linear
        and not module.lora_variant
        and isinstance(module.lora_dropout[name], torch.nn.Identity)
    )


def _adapted(self: Any, x: Any) -> Any:
    """A linear layer with its adapter: x W + scale (x A) B, the products summed in place."""
    if self.disable_adapters or self.merged:
        return self.base_layer(x)
    (name,) = self.active_adapters
    rows = x.reshape(-1, x.shape[-1])
    output = _lora()(rows, self.base_layer.weight, self.lora_A[name].weight, self.lora_B[name].weight,
                     self.scaling[name])  # fmt: skip
    bias = self.base_layer.bias
    return (output if bias is None else output + bias).view(*x.shape[:-1], -1)


@functools.cache
def _lora() -> Any:
    import torch

    class Lora(torch.autograd.Function):  # type: ignore[misc]
        """See ``_adapted``; the adapter's weights stay float32 and are rounded to the input's format."""

        @staticmethod
        def forward(ctx: Any, x: Any, weight: Any, a: Any, b: Any, scale: float) -> Any:
            a, b = a.to(x.dtype), b.to(x.dtype)
            output, narrow = x @ weight.T, x @ a.T
            output.addmm_(narrow, b.T, alpha=scale)
            ctx.save_for_backward(x, weight, a, b, narrow)
            ctx.scale = scale
            return output

        @staticmethod
        def backward(ctx: Any, slope: Any) -> tuple[Any, ...]:
            x, weight, a, b, narrow = ctx.saved_tensors
            by_narrow = (slope @ b).mul_(ctx.scale)
            by_a, by_b = by_narrow.T @ x, (slope.T @ narrow).mul_(ctx.scale)
            # Below the lowest adapter nobody asks.
            by_x = (slope @ weight).addmm_(by_narrow, a) if ctx.needs_input_grad[0] else None
            return by_x, None, by_a.float(), by_b.float(), None

    return Lora.apply


def _gated(self: Any, x: Any) -> Any:
    """The MLP: down(silu(gate(x)) * up(x))."""
    return self.down_proj(_gate()(self.gate_proj(x), self.up_proj(x)))


@functools.cache
def _gate() -> Any:
    import torch

    class Gated(torch.autograd.Function):  # type: ignore[misc]
        """silu(gate) * up, of which only the two inputs are kept."""

        @staticmethod
        def forward(ctx: Any, gate: Any, up: Any) -> Any:
            ctx.save_for_backward(gate, up)
            return torch.nn.functional.silu(gate).mul_(up)

        @staticmethod
        def backward(ctx: Any, slope: Any) -> tuple[Any, Any]:
            gate, up = ctx.saved_tensors
            chance = torch.sigmoid(gate)
            silu = gate * chance
            by_up = slope * silu
            return chance.addcmul_(silu, 1 - chance).mul_(up).mul_(slope), by_up

    return Gated.apply


def _norm(self: Any, x: Any) -> Any:
    """The root-mean-square norm; its weight is frozen and gets no gradient."""
    return _root_mean_square()(x, self.weight, self.variance_epsilon)


@functools.cache
def _root_mean_square() -> Any:
    import torch

    class Norm(torch.autograd.Function):  # type: ignore[misc]
        """See ``_norm``; sums in float32."""

        @staticmethod
        def forward(ctx: Any, x: Any, weight: Any, epsilon: float) -> Any:
            wide = x.float()
            scale = torch.rsqrt(wide.square().mean(-1, keepdim=True).add_(epsilon))
            ctx.save_for_backward(x, weight, scale)
            return (wide * scale).to(x.dtype).mul_(weight)

        @staticmethod
        def backward(ctx: Any, slope: Any) -> tuple[Any, None, None]:
            x, weight, scale = ctx.saved_tensors
            wide, slope = x.float(), slope.float() * weight
            along = (slope * wide).sum(-1, keepdim=True).mul_(scale.pow(3) / x.shape[-1])
            return slope.mul_(scale).addcmul_(wide, along, value=-1).to(x.dtype), None, None

    return Norm.apply


def _rotated(query: Any, key: Any, cos: Any, sin: Any, unsqueeze_dim: int = 1) -> tuple[Any, Any]:
    """Rotary positions: turned by the angle forward, by its negative backward."""
    cos, sin = cos.unsqueeze(unsqueeze_dim), sin.unsqueeze(unsqueeze_dim)
    return _rotation()(query, cos, sin), _rotation()(key, cos, sin)


@functools.cache
def _rotation() -> Any:
    import torch

    class Rotated(torch.autograd.Function):  # type: ignore[misc]
        """See ``_rotated``."""

        @staticmethod
        def forward(ctx: Any, x: Any, cos: Any, sin: Any) -> Any:
            ctx.save_for_backward(cos, sin)
            return _turn(x, cos, sin)

        @staticmethod
        def backward(ctx: Any, slope: Any) -> tuple[Any, None, None]:
            cos, sin = ctx.saved_tensors
            return _turn(slope, cos, -sin), None, None

    return Rotated.apply


def _turn(x: Any, cos: Any, sin: Any) -> Any:
    half = x.shape[-1] // 2
    turned = x * cos
    turned[..., :half].addcmul_(x[..., half:], sin[..., :half], value=-1)
    turned[..., half:].addcmul_(x[..., :half], sin[..., half:])
    return turned
