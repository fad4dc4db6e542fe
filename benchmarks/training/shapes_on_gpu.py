"""Peak memory and speed of QLoRA on models of Qwen2.5's shapes with random weights: no weights to fetch.

    python benchmarks/training/shapes_on_gpu.py --shape 1.5B --tokens 4096 --steps 3
    python benchmarks/training/shapes_on_gpu.py --shape tiny --tokens 256 --steps 2   # anywhere, on the CPU

Memory and speed do not depend on the weights' values. The model is made once in a folder, then trained
through the training stage's own code on rows of exactly ``--tokens`` tokens, half of each learned. Printed as
one line of JSON: device, precision, tokens per second after the first step, peak memory of both.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import airflownet
from airflownet.toolchain.training_environment import find_training_python
from airflownet.training.settings import TrainingSettings

# hidden, intermediate, layers, heads, key/value heads, tied embeddings: the published config.json files.
SHAPES = {
    "tiny": (64, 128, 2, 2, 1, True),
    "0.5B": (896, 4864, 24, 14, 2, True),
    "1.5B": (1536, 8960, 28, 12, 2, True),
    "7B": (3584, 18944, 28, 28, 4, False),
}
VOCABULARY = {"tiny": 1024}
QWEN_VOCABULARY = 151_936

PROGRAM = """
import json, sys, time
from pathlib import Path
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM, TrainerCallback
from airflownet.training.precision import choose_precision
from airflownet.training.qlora_trainer import adapter_config, build_trainer, load_base
from airflownet.training.worker_channel import Channel, peak_memory_bytes

spec = json.loads(sys.argv[1])
settings, folder, channel = spec["settings"], Path(spec["folder"]), Channel()
precision = choose_precision(settings["precision"], load_in_4bit=settings["load_in_4bit"])
width, inner, layers, heads, shared, tied = spec["shape"]
config = Qwen2Config(vocab_size=spec["vocabulary"], hidden_size=width, intermediate_size=inner,
                     num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=shared,
                     tie_word_embeddings=tied, max_position_embeddings=32768)
torch.manual_seed(1)
torch.set_default_dtype(torch.bfloat16)
Qwen2ForCausalLM(config).save_pretrained(folder / "model")
torch.set_default_dtype(torch.float32)
if precision.device == "cuda":
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()

from transformers import PreTrainedTokenizerFast
from tokenizers import Tokenizer, models
words = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({"<|im_end|>": 0}, "<|im_end|>")),
                                eos_token="<|im_end|>", pad_token="<|im_end|>")
n = spec["tokens"]
ids = torch.randint(1, spec["vocabulary"], (spec["rows"], n)).tolist()
rows = [{"input_ids": row, "labels": [-100] * (n // 2) + row[n // 2:]} for row in ids]
marks = []

class Clock(TrainerCallback):
    def on_step_end(self, *args, **kwargs):
        if precision.device == "cuda":
            torch.cuda.synchronize()
        marks.append(time.monotonic())

model = load_base(str(folder / "model"), None, settings, precision)
trainer = build_trainer(model, words, rows, [], adapter_config(settings), settings, precision,
                        folder / "checkpoints", channel)
trainer.add_callback(Clock())
trainer.train()
per_step = n * settings["per_device_train_batch_size"] * settings["gradient_accumulation_steps"]
gpu = precision.device == "cuda"
channel.send("result", {
    "device": torch.cuda.get_device_name() if gpu else "cpu", "precision": precision.name,
    "trainer": type(trainer).__name__,
    "tokens_per_s": round(per_step * (len(marks) - 1) / (marks[-1] - marks[0])),
    "peak_gpu_gb": round(torch.cuda.max_memory_allocated() / 1e9, 2) if gpu else None,
    "peak_process_gb": round(peak_memory_bytes() / 1e9, 2),
})
"""


def main() -> None:
    """Trains a few steps and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shape", choices=sorted(SHAPES), default="1.5B")
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--steps", type=int, default=3, help="steps after the one that warms up")
    parser.add_argument("--rows", type=int, default=1, help="rows of a pass")
    arguments = parser.parse_args()
    settings = TrainingSettings(
        max_length=arguments.tokens,
        per_device_train_batch_size=arguments.rows,
        max_steps=arguments.steps + 1,
        save_steps=10_000,
        gradient_checkpointing=arguments.shape != "tiny",
    )
    with tempfile.TemporaryDirectory() as folder:
        spec = {
            "settings": settings.model_dump(mode="json"),
            "folder": folder,
            "shape": SHAPES[arguments.shape],
            "vocabulary": VOCABULARY.get(arguments.shape, QWEN_VOCABULARY),
            "tokens": arguments.tokens,
            "rows": arguments.rows * (arguments.steps + 1),
        }
        environment = {**os.environ, "PYTHONPATH": str(Path(airflownet.__file__).parents[1])}
        command = [str(find_training_python()), "-c", PROGRAM, json.dumps(spec)]
        answer = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if answer.returncode != 0:
        sys.exit(answer.stderr[-2000:])
    print(json.dumps({"shape": arguments.shape, **json.loads(answer.stdout.splitlines()[-1])["value"]}))


if __name__ == "__main__":
    main()
