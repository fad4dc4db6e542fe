"""GGUF export with llama.cpp's own scripts, run inside the worker, and a check of what was written.

The scripts are run in this process: a new one would import torch again, several seconds each time.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import runpy
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from airflownet.training.worker_channel import MisconfiguredError

log = logging.getLogger(__name__)

ORIGIN = "gguf_origin.json"
"""In a folder that was made of a GGUF: what its metadata said that the other files do not hold."""


@contextlib.contextmanager
def _script_environment(script: Path, arguments: list[str]) -> Iterator[None]:
    argv, path = sys.argv, list(sys.path)
    sys.argv = [str(script), *arguments]
    sys.path[:0] = [str(script.parent), str(script.parent / "gguf-py")]
    try:
        yield
    finally:
        sys.argv, sys.path = argv, path


def export_model(
    script: Path, model_dir: Path, outfile: Path, outtype: str, pre_tokenizer: str | None
) -> None:
    """Writes a model folder as GGUF.

    Args:
        script: llama.cpp's ``convert_hf_to_gguf.py``.
        model_dir: Hugging Face model with tokenizer and chat template.
        outfile: the GGUF file to write.
        outtype: ``f16``, ``bf16`` or ``f32``.
        pre_tokenizer: llama.cpp's name of the tokenizer's pre-tokenizer. The script knows pre-tokenizers by
            the hash of a published vocabulary's answer to one text, so it cannot know a new vocabulary;
            None leaves the choice to the script.
    """
    arguments = [
        str(model_dir),
        "--outfile",
        str(outfile),
        "--outtype",
        outtype,
        "--model-name",
        "airflownet",
    ]
    with _script_environment(script, arguments):
        from conversion.base import TextModel  # type: ignore[import-not-found,unused-ignore]

        original = TextModel.get_vocab_base_pre
        if pre_tokenizer is not None:
            TextModel.get_vocab_base_pre = lambda _self, _tokenizer: pre_tokenizer
        try:
            runpy.run_path(str(script), run_name="__main__")
        finally:
            TextModel.get_vocab_base_pre = original


def pre_tokenizer_of(model_dir: Path) -> str | None:
    """Returns the name that a folder made of a GGUF brings along; None lets the script find it by hash."""
    origin = model_dir / ORIGIN
    return json.loads(origin.read_text())["pre_tokenizer"] if origin.is_file() else None


def export_adapter(script: Path, adapter_dir: Path, base_dir: Path, outfile: Path, outtype: str) -> None:
    """Writes a PEFT adapter as a GGUF adapter with llama.cpp's ``convert_lora_to_gguf.py``.

    llama.cpp scales by alpha / r and its script does not know ``use_rslora``: such an adapter is written with
    the alpha that gives the same scale.
    """
    with _plain_scale(adapter_dir) as source:
        arguments = ["--base", str(base_dir), "--outfile", str(outfile), "--outtype", outtype, str(source)]
        with _script_environment(script, arguments):
            runpy.run_path(str(script), run_name="__main__")


@contextlib.contextmanager
def _plain_scale(adapter_dir: Path) -> Iterator[Path]:
    """Yields a folder with the adapter, its scale as alpha / r."""
    config = json.loads((adapter_dir / "adapter_config.json").read_text())
    if not config.get("use_rslora"):
        yield adapter_dir
        return
    config |= {"use_rslora": False, "lora_alpha": config["lora_alpha"] * math.sqrt(config["r"])}
    with tempfile.TemporaryDirectory(dir=adapter_dir.parent) as name:
        folder = Path(name)
        (folder / "adapter_config.json").write_text(json.dumps(config))
        for weights in adapter_dir.glob("adapter_model.*"):
            (folder / weights.name).hardlink_to(weights)
        yield folder


def read_facts(script: Path, path: Path) -> dict[str, Any]:
    """Returns what the GGUF's metadata says, read with the gguf package beside the script.

    Raises:
        MisconfiguredError: a model lacks vocabulary, end token or chat template, or an adapter its scale.
    """
    with _script_environment(script, []):
        from gguf import GGUFReader

        reader = GGUFReader(path)
    value = {name: field.contents for name, field in reader.fields.items()}
    facts: dict[str, Any] = {
        "architecture": value["general.architecture"](),
        "type": value["general.type"](),
        "n_tensors": len(reader.tensors),
    }
    if facts["type"] == "adapter":
        facts["lora_alpha"] = float(value["adapter.lora.alpha"]())
        return facts
    facts["vocab_size"] = len(value["tokenizer.ggml.tokens"]())
    facts["pre_tokenizer"] = value["tokenizer.ggml.pre"]()
    facts["eos_token_id"] = int(value["tokenizer.ggml.eos_token_id"]())
    facts["eos_token"] = value["tokenizer.ggml.tokens"]()[facts["eos_token_id"]]
    facts["chat_template"] = "tokenizer.chat_template" in value
    return facts


def check_model_facts(facts: dict[str, Any], model_dir: Path) -> None:
    """Raises MisconfiguredError when the GGUF does not say what the model folder says."""
    config = json.loads((model_dir / "config.json").read_text())
    expected = {
        "architecture": config["model_type"],
        "vocab_size": config["vocab_size"],
        "chat_template": True,
    }
    for name, wanted in expected.items():
        if facts[name] != wanted:
            raise MisconfiguredError(
                f"the exported GGUF has {name} {facts[name]!r}, the model {wanted!r}",
                "the model and the pinned llama.cpp do not fit: choose another base",
            )
