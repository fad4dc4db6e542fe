"""Tokens per second of our engine beside llama-batched-bench and a sequential client, in one run.

    python benchmarks/inference/throughput.py --shape small
    python benchmarks/inference/throughput.py --shape 0.5b --type Q4_K_M --slots 1 2 4 8 --rounds 3

Random weights of a real shape: speed does not depend on the values. Equal lengths everywhere: each
request has ``--prompt`` random ids of its own and ``--reply`` generated tokens (end of turn ignored).
Prompt and generated tokens count. The last part gives every prompt a shared beginning, as a system prompt
does, and shows what its reuse adds; llama-batched-bench has no such thing.

The rounds alternate between the three, so that a busy machine disturbs all alike; the median counts.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "include"), str(ROOT / "tests")]

import llama_model  # noqa: E402
from airflownet.cache import cache_dir  # noqa: E402
from airflownet.inference.batch import generate  # noqa: E402
from airflownet.inference.client import LlamaClient  # noqa: E402
from airflownet.inference.ledger import open_ledger  # noqa: E402
from airflownet.inference.sampling import Sampling  # noqa: E402
from airflownet.inference.server import managed_server  # noqa: E402
from airflownet.inference.server_spec import ServerHandle, ServerSpec  # noqa: E402
from airflownet.inference.serving import Models, open_endpoints  # noqa: E402
from airflownet.inference.settings import InferenceSettings, physical_cores  # noqa: E402
from airflownet.inference.work import work_item  # noqa: E402
from airflownet.toolchain.llama_cpp import LlamaCpp, find_llama_cpp  # noqa: E402

SHAPES = {
    "tiny": llama_model.Shape(),
    "small": llama_model.SMALL,
    "0.5b": llama_model.QWEN2_5_0_5B,
    "1.5b": llama_model.QWEN2_5_1_5B,
}


@dataclasses.dataclass
class Load:
    """Equal work for all: ``n_requests`` of ``n_prompt`` + ``n_reply`` tokens."""

    n_prompt: int
    n_reply: int
    n_requests: int
    n_shared: int = 0

    @property
    def n_tokens(self) -> int:
        return self.n_requests * (self.n_prompt + self.n_reply)

    def prompts(self, seed: int) -> list[list[int]]:
        rng = random.Random(seed)
        shared = [rng.randrange(256) for _ in range(self.n_shared)]
        rest = self.n_prompt - self.n_shared
        return [shared + [rng.randrange(256) for _ in range(rest)] for _ in range(self.n_requests)]


def model_file(shape: str, kind: str, tools: LlamaCpp) -> Path:
    """Builds the model once, in the user's cache."""
    folder = cache_dir("benchmarks")
    f16, wanted = folder / f"random-{shape}-F16.gguf", folder / f"random-{shape}-{kind}.gguf"
    if not f16.exists():
        gguf_py = tools.convert_hf_to_gguf.parent / "gguf-py"
        llama_model.write_model(
            f16.with_suffix(".partial"), gguf_py, SHAPES[shape], scale=0.02, precision="float16"
        ).rename(f16)
    if not wanted.exists():
        partial = wanted.with_suffix(".partial")
        subprocess.run([tools.quantize, f16, partial, kind], check=True, capture_output=True)
        partial.rename(wanted)
    return wanted


def batched_bench(tools: LlamaCpp, model: Path, load: Load, n_slots: int, threads: int, ngl: int) -> float:
    context = n_slots * (load.n_prompt + load.n_reply + 64)
    command = [
        *(tools.batched_bench, "-m", model, "-c", context, "-t", threads, "-ngl", ngl),
        *("-npp", load.n_prompt, "-ntg", load.n_reply, "-npl", n_slots, "--output-format", "jsonl"),
    ]
    answer = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    (line,) = (line for line in answer.stdout.splitlines() if line.startswith("{"))
    return float(json.loads(line)["speed"])


async def sequential(handle: ServerHandle, load: Load, sampling: Sampling, seed: int) -> float:
    async with LlamaClient(handle.base_url) as client:
        started = time.monotonic()
        for prompt in load.prompts(seed):
            await client.completion(prompt, sampling)
        return load.n_tokens / (time.monotonic() - started)


async def engine(
    handle: ServerHandle, model: Path, load: Load, sampling: Sampling, n_slots: int, seed: int
) -> tuple[float, float]:
    """Returns tokens/s and busy slots per decode call."""
    settings = InferenceSettings(
        n_slots=n_slots, context_tokens_per_slot=handle.context_tokens_per_slot, max_completion_tokens=8
    )
    items = [work_item(ids, sampling, model_sha256="random") for ids in load.prompts(seed)]
    with tempfile.TemporaryDirectory() as folder, open_ledger(Path(folder) / "ledger.sqlite") as ledger:
        files = Models(model, None, handle.model_sha256, "")
        async with open_endpoints([handle], settings, files) as endpoints:
            started = time.monotonic()
            (facts,) = await generate(endpoints, items, sampling, ledger)
            seconds = time.monotonic() - started
    assert facts.completion_tokens == load.n_requests * load.n_reply
    return load.n_tokens / seconds, next(iter(facts.n_busy_slots_per_decode.values()), 0.0)


def measure(options: argparse.Namespace, n_slots: int, tools: LlamaCpp, model: Path) -> dict[str, float]:
    load = Load(options.prompt, options.reply, options.requests_per_slot * n_slots)
    shared = dataclasses.replace(load, n_shared=int(load.n_prompt * options.shared))
    sampling = Sampling(max_completion_tokens=load.n_reply, ignore_eos=True)
    context = -(-(load.n_prompt + load.n_reply + 8) // 256) * 256
    spec = ServerSpec(str(model), n_slots, context, options.threads, n_gpu_layers=options.n_gpu_layers)
    runs: dict[str, list[float]] = {name: [] for name in ("bench", "sequential", "ours", "shared", "busy")}
    for seed in range(options.rounds):
        runs["bench"].append(
            batched_bench(tools, model, load, n_slots, options.threads, options.n_gpu_layers)
        )
        with tempfile.TemporaryDirectory() as folder, managed_server(spec, Path(folder)) as handle:
            few = dataclasses.replace(load, n_requests=options.requests_per_slot)
            runs["sequential"].append(asyncio.run(sequential(handle, few, sampling, seed)))
            speed, busy = asyncio.run(engine(handle, model, load, sampling, n_slots, seed + 1000))
            runs["ours"].append(speed)
            runs["busy"].append(busy)
            speed, _ = asyncio.run(engine(handle, model, shared, sampling, n_slots, seed + 2000))
            runs["shared"].append(speed)
    return {name: statistics.median(values) for name, values in runs.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--type", default="Q4_K_M", help="quantisation of the weights, or F16")
    parser.add_argument("--slots", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--prompt", type=int, default=128, help="tokens of a prompt")
    parser.add_argument("--reply", type=int, default=64, help="tokens of a reply")
    parser.add_argument("--shared", type=float, default=0.75, help="shared part of the prompts, last column")
    parser.add_argument("--requests-per-slot", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=physical_cores())
    parser.add_argument("--n-gpu-layers", type=int, default=999)
    parser.add_argument("--output", type=Path, help="write the figures as JSON here too")
    options = parser.parse_args()
    tools = find_llama_cpp()
    model = model_file(options.shape, options.type, tools)
    print(
        f"{options.shape} {options.type}, {model.stat().st_size / 1e6:.0f} MB, llama.cpp {tools.version}, "
        f"{options.threads} threads, prompt {options.prompt} + reply {options.reply} tokens, "
        f"median of {options.rounds}; tokens/s"
    )
    print("slots  batched-bench  sequential   ours  ours/bench  ours/sequential  busy slots  shared prefix")
    results = {}
    for n_slots in options.slots:
        row = results[n_slots] = measure(options, n_slots, tools, model)
        print(
            f"{n_slots:5}  {row['bench']:13.1f}  {row['sequential']:10.1f}  {row['ours']:5.1f}  "
            f"{row['ours'] / row['bench']:10.2f}  {row['ours'] / row['sequential']:15.2f}  "
            f"{row['busy']:10.2f}  {row['shared']:13.1f}",
            flush=True,
        )
    if options.output:
        options.output.write_text(
            json.dumps({"options": vars(options), "results": results}, default=str, indent=1)
        )


if __name__ == "__main__":
    main()
