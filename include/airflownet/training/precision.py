"""Number formats and devices of QLoRA (training environment)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airflownet.training.worker_channel import MisconfiguredError


@dataclass(frozen=True, slots=True)
class Precision:
    """What the arithmetic runs in."""

    name: str
    """fp32, fp16 or bf16."""
    device: str
    """cuda or cpu."""

    @property
    def torch_dtype(self) -> Any:
        """The compute type of the quantised layers."""
        import torch

        return {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[self.name]


def choose_precision(wanted: str, *, load_in_4bit: bool) -> Precision:
    """Returns the format to use: bf16 where the device computes it, else fp16 on a GPU (T4), fp32 on a CPU.

    A 4-bit base on a CPU is trained in fp32: its products are not bfloat16's.

    Raises:
        MisconfiguredError: the wanted format does not work on this device.
    """
    import torch

    if not torch.cuda.is_available():
        if wanted == "fp16":
            raise MisconfiguredError("precision fp16 needs a GPU", "set precision: auto")
        if wanted == "auto":
            return Precision("bf16" if cpu_has_bf16() and not load_in_4bit else "fp32", "cpu")
        return Precision(wanted, "cpu")
    # Turing and older emulate bfloat16: is_bf16_supported() says yes there, at a fraction of the speed.
    native_bf16 = torch.cuda.get_device_capability()[0] >= 8
    if wanted == "auto":
        return Precision("bf16" if native_bf16 else "fp16", "cuda")
    if wanted == "bf16" and not native_bf16:
        raise MisconfiguredError(
            f"{torch.cuda.get_device_name()} has no bf16 units", "set precision: auto or fp16"
        )
    return Precision(wanted, "cuda")


def cpu_has_bf16() -> bool:
    """Tells whether the CPU has instructions for products of bfloat16 (AVX-512 BF16 or AMX, since 2020)."""
    import torch

    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def cast_trainable_to_float32(model: Any) -> int:
    """Casts the adapter's weights to float32; returns their number.

    trl makes a quantised model's adapter bfloat16, on which fp16's gradient scaler fails (trl issue 4901)
    and which is slow on CPUs.
    """
    import torch

    count = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(torch.float32)
            count += parameter.numel()
    return count
