"""A tiny random Qwen2-architecture model and LoRA adapters as GGUF files, built in a second.

Byte-level BPE with no merges (one token a byte) and ChatML control tokens, so that every text can be
tokenised and control tokens are real. Weights are random but seeded: equal files on every machine.
Format: GGUF, written with llama.cpp's own gguf-py.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CONTROL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


@dataclass(frozen=True)
class Shape:
    """Sizes of a Qwen2 model; the defaults make about half a million weights."""

    n_layers: int = 2
    n_embd: int = 64
    n_heads: int = 4
    n_kv_heads: int = 2
    n_ff: int = 128
    n_context: int = 4096
    n_vocab: int = 0
    """Padded with unused tokens up to this size; 0 means as many as there are."""
    has_output: bool = True
    """False when the output takes the embedding's weights, as in the small Qwen2.5 models."""


SMALL = Shape(n_layers=12, n_embd=512, n_heads=8, n_kv_heads=2, n_ff=2048, n_context=8192, n_vocab=32768)
QWEN2_5_0_5B = Shape(24, 896, 14, 2, 4864, 32768, 151936, has_output=False)
QWEN2_5_1_5B = Shape(28, 1536, 12, 2, 8960, 32768, 151936, has_output=False)


def import_gguf(gguf_py: Path) -> Any:
    """Returns gguf-py, from the llama.cpp source tree."""
    if str(gguf_py) not in sys.path:
        sys.path.insert(0, str(gguf_py))
    import gguf

    return gguf


def _byte_alphabet() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes, in byte order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    shifted = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(shifted)) for byte in range(256)]


def _write_vocabulary(writer: Any, gguf: Any, n_vocab: int) -> int:
    tokens = [*_byte_alphabet(), *CONTROL_TOKENS]
    types = [gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.CONTROL] * len(CONTROL_TOKENS)
    first_control = 256
    while len(tokens) < n_vocab:
        tokens.append(f"[PAD{len(tokens)}]")
        types.append(gguf.TokenType.UNUSED)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    # The loader demands a merge list; this pair never occurs in UTF-8.
    alphabet = _byte_alphabet()
    writer.add_token_merges([f"{alphabet[0xFF]} {alphabet[0xFF]}"])
    writer.add_bos_token_id(first_control)
    writer.add_eos_token_id(first_control + 2)
    writer.add_pad_token_id(first_control)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHATML)
    return len(tokens)


def write_model(
    path: Path,
    gguf_py: Path,
    shape: Shape = Shape(),
    *,
    seed: int = 7,
    scale: float = 0.3,
    precision: str = "float32",
) -> Path:
    """Writes the model as GGUF; ``precision`` is ``float32`` or ``float16``.

    In float16 llama.cpp's answers depend a little on which prompts share a batch, and random weights
    amplify that; in float32 greedy answers are the same in every batch.
    """
    import numpy as np

    gguf = import_gguf(gguf_py)
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(str(path), "qwen2")
    writer.add_name("random qwen2")
    writer.add_context_length(shape.n_context)
    writer.add_embedding_length(shape.n_embd)
    writer.add_block_count(shape.n_layers)
    writer.add_feed_forward_length(shape.n_ff)
    writer.add_head_count(shape.n_heads)
    writer.add_head_count_kv(shape.n_kv_heads)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_file_type(
        gguf.LlamaFileType.ALL_F32 if precision == "float32" else gguf.LlamaFileType.MOSTLY_F16
    )
    n_vocab = _write_vocabulary(writer, gguf, shape.n_vocab)
    n_kv = shape.n_embd // shape.n_heads * shape.n_kv_heads

    def matrix(name: str, rows: int, columns: int, factor: float = 1.0) -> None:
        values = random.standard_normal((rows, columns), dtype=np.float32)
        writer.add_tensor(name, (values * (scale * factor)).astype(precision))

    def vector(name: str, size: int, value: float) -> None:
        writer.add_tensor(name, np.full(size, value, dtype=np.float32))

    matrix("token_embd.weight", n_vocab, shape.n_embd)
    for layer in range(shape.n_layers):
        block = f"blk.{layer}"
        vector(f"{block}.attn_norm.weight", shape.n_embd, 1.0)
        for name, rows in (("attn_q", shape.n_embd), ("attn_k", n_kv), ("attn_v", n_kv)):
            matrix(f"{block}.{name}.weight", rows, shape.n_embd)
            vector(f"{block}.{name}.bias", rows, 0.0)
        matrix(f"{block}.attn_output.weight", shape.n_embd, shape.n_embd)
        vector(f"{block}.ffn_norm.weight", shape.n_embd, 1.0)
        matrix(f"{block}.ffn_gate.weight", shape.n_ff, shape.n_embd)
        matrix(f"{block}.ffn_up.weight", shape.n_ff, shape.n_embd)
        matrix(f"{block}.ffn_down.weight", shape.n_embd, shape.n_ff)
    vector("output_norm.weight", shape.n_embd, 1.0)
    if shape.has_output:
        matrix("output.weight", n_vocab, shape.n_embd)
    _write(writer)
    return path


def write_adapter(path: Path, gguf_py: Path, shape: Shape = Shape(), seed: int = 8, rank: int = 4) -> Path:
    """Writes a LoRA adapter with random weights on the query and down projections."""
    import numpy as np

    gguf = import_gguf(gguf_py)
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(str(path), "qwen2")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(rank))

    def pair(name: str, rows: int, columns: int) -> None:
        a = random.standard_normal((rank, columns), dtype=np.float32) * 0.3
        b = random.standard_normal((rows, rank), dtype=np.float32) * 0.3
        writer.add_tensor(f"{name}.lora_a", a.astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", b.astype(np.float32))

    for layer in range(shape.n_layers):
        pair(f"blk.{layer}.attn_q.weight", shape.n_embd, shape.n_embd)
        pair(f"blk.{layer}.ffn_down.weight", shape.n_embd, shape.n_ff)
    _write(writer)
    return path


def _write(writer: Any) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
