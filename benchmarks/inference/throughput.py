"""Tokens per second of our engine beside llama-batched-bench and two plain clients, in one run.

    python benchmarks/inference/throughput.py --shape small
    python benchmarks/inference/throughput.py --shape 0.5b --type Q4_K_M --slots 1 4 8 --rounds 5

Random weights of a real shape: speed does not depend on the values. Equal lengths everywhere: each
request has ``--prompt`` random ids and ``--reply`` generated tokens (end of turn ignored). Prompt and
generated tokens count. The plain clients send what a client sends that knows only ``temperature: 0``; one
sends a request after the other, the other as many at once as there are slots.

Shared work: a quarter of each prompt is common to all (a system prompt), half to its family of four (one
source file, several questions), the families in random order. llama-batched-bench has no such thing.

On a machine that others use as well, compare CPU seconds (last columns) and give ``--threads 1``: threads
that wait for each other at the end of every matrix product wait for the scheduler then.

Each round measures all of them in turn, so that a busy machine disturbs all alike; ratios are taken within
a round, and the median round counts.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import functools
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "include"), str(ROOT / "tests")]

import llama_model  # noqa: E402
from airflownet.cache import cache_dir  # noqa: E402
from airflownet.llama.batch import generate  # noqa: E402
from airflownet.llama.ledger import open_ledger  # noqa: E402
from airflownet.llama.process import group_members  # noqa: E402
from airflownet.llama.sampling import Sampling  # noqa: E402
from airflownet.llama.server import managed_server  # noqa: E402
from airflownet.llama.server_spec import ServerHandle, ServerSpec  # noqa: E402
from airflownet.llama.serving import Models, open_endpoints  # noqa: E402
from airflownet.llama.settings import ServerSettings, physical_cores  # noqa: E402
from airflownet.llama.work import work_item  # noqa: E402
from airflownet.toolchain.llama_cpp import LlamaCpp, find_llama_cpp  # noqa: E402

SHAPES = {
    "tiny": llama_model.Shape(),
    "small": llama_model.SMALL,
    # Next to no arithmetic: what is left is the cost of choosing a token from Qwen2.5's vocabulary.
    "vocabulary": llama_model.Shape(1, 64, 4, 2, 128, 32768, 151936, has_output=False),
    "0.5b": llama_model.QWEN2_5_0_5B,
    "1.5b": llama_model.QWEN2_5_1_5B,
}


COLUMNS = {
    "bench": ("bench", "ours", "busy", "bench cpu", "ours cpu"),
    "plain": ("sequential", "plain"),
    "shared": ("shared plain", "shared ours"),
}
RATIOS = (
    ("ours", "bench"),
    ("ours", "plain"),
    ("shared ours", "shared plain"),
    ("shared ours", "bench"),
    ("bench cpu", "ours cpu"),
)


@dataclasses.dataclass
class Load:
    """Equal work for all: ``n_requests`` of ``n_prompt`` + ``n_reply`` tokens."""

    n_prompt: int
    n_reply: int
    n_requests: int
    is_shared: bool = False

    @property
    def n_tokens(self) -> int:
        return self.n_requests * (self.n_prompt + self.n_reply)

    def prompts(self, seed: int) -> list[list[int]]:
        rng = random.Random(seed)

        def ids(count: int) -> list[int]:
            return [rng.randrange(256) for _ in range(count)]

        if not self.is_shared:
            return [ids(self.n_prompt) for _ in range(self.n_requests)]
        system, n_own = ids(self.n_prompt // 4), self.n_prompt // 4
        families = [ids(self.n_prompt - len(system) - n_own) for _ in range(-(-self.n_requests // 4))]
        prompts = [system + families[n // 4] + ids(n_own) for n in range(self.n_requests)]
        rng.shuffle(prompts)
        return prompts


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


def batched_bench(
    tools: LlamaCpp, model: Path, load: Load, n_slots: int, threads: int, ngl: int
) -> tuple[float, float]:
    """Returns tokens/s, and CPU seconds of the whole program."""
    context = n_slots * (load.n_prompt + load.n_reply + 64)
    command = [
        *(tools.batched_bench, "-m", model, "-c", context, "-t", threads, "-ngl", ngl),
        *("-npp", load.n_prompt, "-ntg", load.n_reply, "-npl", n_slots, "--output-format", "jsonl"),
    ]
    before = children_cpu_s()
    answer = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    (line,) = (line for line in answer.stdout.splitlines() if line.startswith("{"))
    return float(json.loads(line)["speed"]), children_cpu_s() - before


def children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def server_cpu_s(handle: ServerHandle) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in group_members(handle.process))


async def plain(handle: ServerHandle, load: Load, n_at_once: int, seed: int) -> float:
    """Returns tokens/s of a client that keeps ``n_at_once`` requests under way and does nothing else."""
    body = {"n_predict": load.n_reply, "temperature": 0.0, "ignore_eos": True}
    gate = asyncio.Semaphore(n_at_once)
    async with httpx.AsyncClient(base_url=handle.base_url, timeout=None, trust_env=False) as http:

        async def ask(prompt: list[int]) -> None:
            async with gate:
                (await http.post("/completion", json={"prompt": prompt, **body})).raise_for_status()

        started = time.monotonic()
        await asyncio.gather(*(ask(prompt) for prompt in load.prompts(seed)))
        return load.n_tokens / (time.monotonic() - started)


async def engine(
    handle: ServerHandle, model: Path, load: Load, sampling: Sampling, n_slots: int, seed: int
) -> tuple[float, float]:
    """Returns tokens/s and busy slots per decode call."""
    settings = ServerSettings(n_slots=n_slots, context_tokens_per_slot=handle.context_tokens_per_slot)
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
    shared = dataclasses.replace(load, is_shared=True)
    few = dataclasses.replace(load, n_requests=options.requests_per_slot)
    sampling = Sampling(max_completion_tokens=load.n_reply, ignore_eos=True)
    context = -(-(load.n_prompt + load.n_reply + 8) // 256) * 256
    spec = ServerSpec(str(model), n_slots, context, options.threads, n_gpu_layers=options.n_gpu_layers)
    bench = functools.partial(
        batched_bench, tools, model, threads=options.threads, ngl=options.n_gpu_layers, n_slots=n_slots
    )
    runs: dict[str, list[float]] = {name: [] for part in options.parts for name in COLUMNS[part]}
    _, start_cpu_s = bench(load=Load(1, 1, 1))
    with tempfile.TemporaryDirectory() as folder, managed_server(spec, Path(folder)) as handle:

        def ours(work: Load, seed: int) -> tuple[float, float]:
            return asyncio.run(engine(handle, model, work, sampling, n_slots, seed))

        asyncio.run(plain(handle, dataclasses.replace(few, n_requests=1), 1, 99))  # warms up
        for seed in range(options.rounds):
            if "bench" in options.parts:
                speed, cpu_s = bench(load=load)
                runs["bench"].append(speed)
                n_tokens = n_slots * (load.n_prompt + load.n_reply)
                runs["bench cpu"].append(1000 * (cpu_s - start_cpu_s) / n_tokens)
                before = server_cpu_s(handle)
                speed, busy = ours(load, seed + 1000)
                runs["ours"].append(speed)
                runs["busy"].append(busy)
                runs["ours cpu"].append(1000 * (server_cpu_s(handle) - before) / load.n_tokens)
            if "plain" in options.parts:
                runs["sequential"].append(asyncio.run(plain(handle, few, 1, seed)))
                runs["plain"].append(asyncio.run(plain(handle, load, n_slots, seed + 3000)))
            if "shared" in options.parts:
                runs["shared plain"].append(asyncio.run(plain(handle, shared, n_slots, seed + 4000)))
                runs["shared ours"].append(ours(shared, seed + 2000)[0])
    ratios = {
        f"{a} / {b}": statistics.median(x / y for x, y in zip(runs[a], runs[b], strict=True))
        for a, b in RATIOS
        if a in runs and b in runs
    }
    return {name: statistics.median(values) for name, values in runs.items()} | ratios


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--type", default="Q4_K_M", help="quantisation of the weights, or F16")
    parser.add_argument("--slots", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--prompt", type=int, default=128, help="tokens of a prompt")
    parser.add_argument("--reply", type=int, default=64, help="tokens of a reply")
    parser.add_argument("--parts", nargs="+", choices=COLUMNS, default=list(COLUMNS))
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
    print("cpu: CPU milliseconds a token, of the server or of llama-batched-bench without its start")
    results = {}
    for n_slots in options.slots:
        row = results[n_slots] = measure(options, n_slots, tools, model)
        print(
            f"{n_slots} slots: " + ", ".join(f"{name} {value:.2f}" for name, value in row.items()), flush=True
        )
    if options.output:
        options.output.write_text(
            json.dumps({"options": vars(options), "results": results}, default=str, indent=1)
        )


if __name__ == "__main__":
    main()
