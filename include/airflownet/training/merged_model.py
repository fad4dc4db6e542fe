"""The 16-bit model with the adapter merged in (training environment)."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def save_merged(base_dir: Path, adapter_dir: Path, output_dir: Path, tokenizer: Any) -> None:
    """Writes base plus adapter as one Hugging Face model in bfloat16.

    The base is read again in 16 bits: merging into 4-bit weights would round the adapter away.
    """
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(base_dir, dtype=torch.bfloat16)
    merged = PeftModel.from_pretrained(base, adapter_dir).merge_and_unload(safe_merge=True)
    merged.save_pretrained(output_dir)
    tokenizer.save_pretrained(output_dir)
