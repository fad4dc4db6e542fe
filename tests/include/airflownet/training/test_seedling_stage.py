import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from airflownet.locations import read_manifest

pytestmark = pytest.mark.training


def test_output_is_complete(base_model):
    folder = Path(base_model)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names >= {
        "README.md",
        "base.gguf",
        "manifest.json",
        "training_log.parquet",
        "model/model.safetensors",
        "model/tokenizer.json",
        "model/chat_template.jinja",
    }
    assert pq.read_table(folder / "training_log.parquet").column("step").to_pylist() == [1, 2, 3]


def test_manifest_tells_what_happened(base_model):
    manifest = read_manifest(base_model)
    assert manifest["funnel"] == {"listed": 10, "kept": 9, "dropped": {"control_token_in_text": 1}}
    assert manifest["counts"]["tokens_seen"] == 3 * 2 * 64
    assert manifest["facts"]["num_threads"] == 1
    assert manifest["facts"]["peak_memory_bytes"] > 50_000_000
    assert manifest["facts"]["final_train_loss"] > 0


def test_gguf_says_what_the_model_says(base_model):
    gguf = read_manifest(base_model)["facts"]["gguf"]
    config = json.loads((Path(base_model) / "model/config.json").read_text())
    assert gguf["architecture"] == config["model_type"] == "qwen2"
    assert gguf["vocab_size"] == config["vocab_size"]
    assert (gguf["eos_token_id"], gguf["eos_token"]) == (2, "<|im_end|>")
    assert gguf["pre_tokenizer"] == "qwen2"
    assert gguf["chat_template"] is True
