"""Worker: writes a base model's folder as GGUF and checks it (training environment).

``python -m airflownet.training.base_export_worker spec.json``, started by ``base_stage``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from airflownet.training.determinism import library_versions
from airflownet.training.gguf_export import check_model_facts, export_model, pre_tokenizer_of, read_facts
from airflownet.training.worker_channel import Channel, serve


def export(spec: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Writes ``output`` in 16 bits; returns counts and facts."""
    script, model_dir, outfile = Path(spec["convert_hf"]), Path(spec["model"]), Path(spec["output"])
    channel.progress(0, 1, "")
    export_model(script, model_dir, outfile, "f16", pre_tokenizer_of(model_dir))
    facts = read_facts(script, outfile)
    check_model_facts(facts, model_dir)
    config = json.loads((model_dir / "config.json").read_text())
    channel.progress(1, 1, "")
    weights = sum(path.stat().st_size for path in model_dir.glob("*.safetensors"))
    return {
        "counts": {"parameters": weights // 2, "vocab_size": facts["vocab_size"]},
        "facts": {
            "gguf": facts,
            "context_tokens": config["max_position_embeddings"],
            "libraries": library_versions(),
        },
    }


if __name__ == "__main__":
    serve(export)
