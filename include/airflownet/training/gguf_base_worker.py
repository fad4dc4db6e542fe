"""Worker: makes a Hugging Face folder of a GGUF model (training environment).

``python -m airflownet.training.gguf_base_worker spec.json``, started by ``wheel_base``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from airflownet.training.chat_format import TURN_END, TURN_START
from airflownet.training.gguf_export import ORIGIN
from airflownet.training.worker_channel import Channel, MisconfiguredError, serve

# Vocabularies whose text is split at every digit before the byte-level pattern, as llama.cpp does it for the
# same name; transformers' reader leaves this step out, which changes the tokens of spaces before numbers.
_SPLITS_DIGITS = ("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone")


def make_folder(spec: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Writes model and tokenizer as a folder in 16 bits; returns their shape."""
    import torch
    from transformers import AutoModelForCausalLM

    gguf, output = Path(spec["gguf"]), Path(spec["output"])
    channel.progress(0, 3, "reading the tokenizer")
    tokenizer = _tokenizer(gguf)
    channel.progress(1, 3, "reading the weights")
    try:
        model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    except (OSError, ValueError, NotImplementedError) as error:
        raise _unreadable(gguf, error) from error
    # The loaded weights are dequantised already; with this entry save_pretrained refuses.
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    if hasattr(model, "hf_quantizer"):
        del model.hf_quantizer
    model.config.bos_token_id = model.generation_config.bos_token_id = tokenizer.bos_token_id
    model.config.eos_token_id = model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.config.pad_token_id = model.generation_config.pad_token_id = tokenizer.pad_token_id
    channel.progress(2, 3, "writing the folder")
    # 4-bit weights times 16-bit scales: float16 keeps them closer than bfloat16.
    model.to(torch.float16).save_pretrained(output)
    tokenizer.model_max_length = model.config.max_position_embeddings
    tokenizer.save_pretrained(output)
    (output / ORIGIN).write_text(json.dumps({"pre_tokenizer": _pre_tokenizer_name(gguf)}))
    _set_name(output / "config.json", spec["label"])
    channel.progress(3, 3, "done")
    return {
        "architecture": model.config.model_type,
        "parameters": sum(p.numel() for p in model.parameters()),
        "vocab_size": len(tokenizer),
    }


def _tokenizer(gguf: Path) -> Any:
    from tokenizers import pre_tokenizers
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    except (OSError, ValueError, NotImplementedError) as error:
        raise _unreadable(gguf, error) from error
    if not tokenizer.chat_template or tokenizer.convert_tokens_to_ids(TURN_START) in (
        None,
        tokenizer.unk_token_id,
    ):
        raise MisconfiguredError(
            f"{gguf.name} has no ChatML template with {TURN_START}",
            "choose an Instruct model with ChatML, such as SmolLM2 or Qwen2.5",
        )
    if _pre_tokenizer_name(gguf) in _SPLITS_DIGITS:
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
            ]
        )
    tokenizer.bos_token = TURN_START
    tokenizer.eos_token = tokenizer.pad_token = TURN_END
    return tokenizer


def _pre_tokenizer_name(gguf: Path) -> str | None:
    """Returns llama.cpp's name of the way the text is split, where the file tells."""
    from gguf import GGUFReader

    field = GGUFReader(gguf).fields.get("tokenizer.ggml.pre")
    return str(field.contents()) if field is not None else None


def _unreadable(gguf: Path, error: Exception) -> MisconfiguredError:
    return MisconfiguredError(
        f"{gguf.name} cannot be read by transformers: {error}",
        "choose a GGUF of an architecture that transformers reads, such as llama or qwen2",
    )


def _set_name(config_path: Path, label: str) -> None:
    config = json.loads(config_path.read_text()) | {"_name_or_path": label}
    config_path.write_text(json.dumps(config, indent=2, sort_keys=True))


if __name__ == "__main__":
    serve(make_folder)
