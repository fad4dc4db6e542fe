"""How fast this machine fine-tunes, side by side: the worker's own trainer with one thing changed at a time.

    python benchmarks/training/tokens_per_s.py --dataset artifacts/laptop/dataset --recipe laptop --steps 4

Each way trains on the same rows in the same order from the recipe's base, through the code that the training
stage runs; all ways take turns, ``--rounds`` times, so that a busy machine slows all alike. The first step of
a turn warms up and does not count. Printed: tokens per second (prompt and answer, no padding) as the median
of the rounds, the ratios to trl's own way, and the trained parameters. The base must be a wheel or a folder.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import airflownet
from airflownet.recipe import load_recipe
from airflownet.toolchain.training_environment import find_training_python
from airflownet.training.settings import TrainingSettings
from airflownet.training.wheel_base import ensure_folder

TRL = {"lean": False, "precision": "fp32"}
LEAN = {"lean": True, "load_in_4bit": False}
WAYS: dict[str, dict[str, Any]] = {
    "trl, NF4": {**TRL, "load_in_4bit": True},
    "trl, 32 bits": {**TRL, "load_in_4bit": False},
    "lean, 32 bits": {**LEAN, "precision": "fp32"},
    "lean, bfloat16": {**LEAN, "precision": "bf16"},
    "lean, bfloat16, packed": {**LEAN, "precision": "bf16", "packing": True},
    "lean, bfloat16, adapters in the upper 15 of 30 layers": {
        **LEAN,
        "precision": "bf16",
        "layers_to_transform": list(range(15, 30)),
    },
}

# Runs in the training environment: one turn of one way, its seconds and tokens as the last line of stdout.
TURN = """
import json, sys, tempfile, time
from pathlib import Path
from transformers import TrainerCallback
from airflownet.training.chat_dataset import tokenise_rows
from airflownet.training.determinism import make_deterministic
from airflownet.training.precision import choose_precision
from airflownet.training.qlora_trainer import adapter_config, build_trainer, load_base, load_tokenizer
from airflownet.training.training_rows import read_rows
from airflownet.training.worker_channel import Channel

spec = json.loads(sys.argv[1])
settings, channel = spec["settings"], Channel()
make_deterministic(settings["seed"], settings["num_threads"])
precision = choose_precision(settings["precision"], load_in_4bit=settings["load_in_4bit"])
tokenizer = load_tokenizer(spec["base"], None)
rows = tokenise_rows(read_rows(Path(spec["samples"]), "train"), tokenizer, settings["max_length"])
model = load_base(spec["base"], None, settings, precision)
marks = []

class Clock(TrainerCallback):
    def on_log(self, args, state, control, logs=None, **_):
        if logs and "num_tokens" in logs and len(marks) < settings["max_steps"]:
            marks.append((time.monotonic(), logs["num_tokens"]))

with tempfile.TemporaryDirectory() as folder:
    adapter = adapter_config(settings)
    trainer = build_trainer(model, tokenizer, rows.examples, [], adapter, settings, precision,
                            Path(folder), channel)
    trainer.add_callback(Clock())
    trainer.train()
    trained = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
(started, before), (ended, after) = marks[0], marks[-1]
channel.send("turn", {"seconds": ended - started, "tokens": after - before, "trained": trained})
"""


def turn(settings: TrainingSettings, samples: Path, base: Path) -> dict[str, float]:
    """Runs one turn in the training environment; returns its seconds, tokens and trained parameters."""
    spec = {"settings": settings.model_dump(mode="json"), "samples": str(samples), "base": str(base)}
    environment = {**os.environ, "PYTHONPATH": str(Path(airflownet.__file__).parents[1])}
    environment.setdefault("GOMP_SPINCOUNT", "30000")
    command = [str(find_training_python()), "-c", TURN, json.dumps(spec)]
    answer = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if answer.returncode != 0:
        sys.exit(answer.stderr[-2000:])
    value: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])["value"]
    return value


def main() -> None:
    """Runs all ways in turns and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--dataset", type=Path, default=Path("artifacts/laptop/dataset"))
    parser.add_argument("--recipe", default="laptop")
    parser.add_argument("--steps", type=int, default=4, help="steps of a turn after the one that warms up")
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    settings = load_recipe(arguments.recipe).training
    if settings.base.kind not in ("wheel", "folder"):
        sys.exit(f"the base of {arguments.recipe} is a {settings.base.kind}: choose a recipe with a wheel")
    base = ensure_folder(settings.base) if settings.base.kind == "wheel" else Path(settings.base.path)
    short = {"max_steps": arguments.steps + 1, "save_steps": 10_000, "logging_steps": 1}
    speeds: dict[str, list[float]] = {way: [] for way in WAYS}
    trained: dict[str, float] = {}
    for _ in range(arguments.rounds):
        for way, changes in WAYS.items():
            values = {**settings.model_dump(mode="json"), **short, **changes}
            result = turn(TrainingSettings(**values), arguments.dataset / "samples.parquet", base)
            speeds[way].append(result["tokens"] / result["seconds"])
            trained[way] = result["trained"]
            print(f"{way}: {speeds[way][-1]:.0f} tokens/s", file=sys.stderr, flush=True)
    plain = [statistics.median(speeds[way]) for way in WAYS if way.startswith("trl")]
    print("| way | tokens/s | to trl, NF4 | to trl, 32 bits | trained parameters |\n|---|---|---|---|---|")
    for way, values_of_way in speeds.items():
        speed = statistics.median(values_of_way)
        ratios = " | ".join(f"{speed / other:.2f}" for other in plain)
        print(f"| {way} | {speed:.0f} | {ratios} | {trained[way]:,.0f} |")


if __name__ == "__main__":
    main()
