"""Ways of writing side by side on a dataset's prompts: does it load, is it what was asked for, what it costs.

    python benchmarks/generation/arms.py DATASET [--model FOLDER | --server URL] [--arms plan verified-cards]
        [--split test] [--most 20] [--at-once 4] [--output arms.jsonl]

DATASET is a folder of `airflownet dataset`. Without --model and --server the model that comes with the clone
answers. One line a prompt and arm is appended to the output; what is there is not done again. "asked" counts
files that load with an asked-for score of 0.5 or more, the threshold of the evaluation; the score knows
nothing of how a file was made. "likeness" compares with the graph of the real DAG behind the prompt
(operators, schedule, edges, key arguments). Tokens are all that were drawn.

Arms: outline (what the request states, by rules alone: no model), plan-bare (one plan, no grammar, no help),
plan-free (with the grammar of the catalogue), plan (with the request's outline), plan4 (best of four),
greedy (one answer in code), best4 (four, judged), verified, verified-cards, repair (greedy, then
one repair round).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from airflownet.asked_for import graph_likeness
from airflownet.generation.arms import ARMS
from airflownet.generation.compose import Composer, Written
from airflownet.generation.model_source import WritingModel, open_model
from airflownet.generation.settings import GenerationSettings
from airflownet.records import Sample
from airflownet.tables import read_table

BOUNDS = {"max_answer_tokens": 500, "max_drawn_tokens": 1500, "max_plan_tokens": 400, "max_steps_back": 6}
THRESHOLD = 0.5


def prompts_of(dataset: Path, split: str) -> list[Sample]:
    """Returns the samples of a split whose answer is a file, shortest request first."""
    rows = [r for r in read_table(dataset / "samples.parquet", Sample) if r.split == split]
    return sorted(rows, key=lambda row: (len(request_of(row)), row.id))


def request_of(row: Sample) -> str:
    return next(m.content for m in row.messages if m.role == "user")


async def run(asked: argparse.Namespace) -> None:
    samples = prompts_of(asked.dataset, asked.split)[: asked.most]
    done = {(row["arm"], row["request"]) for row in read(asked.output)}
    settings = GenerationSettings(n_slots=asked.at_once)
    free = asyncio.Semaphore(asked.at_once)
    async with open_model(settings, model=asked.model, server=asked.server) as model:

        async def one(arm: str, sample: Sample) -> None:
            async with free:
                await write(arm, sample, model, settings, asked)

        for arm in asked.arms:
            began = time.monotonic()
            todo = [sample for sample in samples if (arm, request_of(sample)) not in done]
            await asyncio.gather(*(one(arm, sample) for sample in todo))
            print(f"{arm}: {len(todo)} prompts in {time.monotonic() - began:.0f} s", flush=True)


async def write(
    arm: str, sample: Sample, model: WritingModel, settings: GenerationSettings, asked: argparse.Namespace
) -> None:
    way = ARMS[arm]  # type: ignore[index]
    chosen = way.of(settings.model_copy(update={**BOUNDS, "max_seconds": asked.seconds}))
    request = request_of(sample)
    start = time.monotonic()
    written = await Composer(model, chosen, verified=way.verified).write(request)
    row = {"arm": arm, "request": request, **facts_of(written, sample)}
    row["seconds"] = round(time.monotonic() - start, 1)
    with asked.output.open("a") as file:
        file.write(json.dumps(row) + "\n")
    print(arm, {k: row[k] for k in ("loads", "good", "asked_for", "tokens_drawn", "seconds")}, flush=True)


def facts_of(written: Written, sample: Sample) -> dict[str, Any]:
    checked = written.checked
    real = next((m.content for m in sample.messages if m.role == "assistant"), "")
    likeness = graph_likeness(real, written.code) if sample.kind == "create" and checked.loads else None
    return {
        "loads": checked.loads,
        "good": checked.is_good,
        "asked_for": max(checked.asked.score, 0.0) if checked.loads else 0.0,
        "likeness": None if likeness is None else round(float(getattr(likeness, "score", likeness)), 4),
        "tokens_drawn": written.n_tokens_drawn,
        "tokens": written.n_tokens,
        "n_refused": len(written.refusals),
        "missing": [*checked.missing, *checked.asked.missing],
        "why": checked.told()[:3],
        "notes": written.notes,
        "code": written.code,
    }


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []


def table(rows: Iterable[dict[str, Any]]) -> str:
    by_arm: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_arm[row["arm"]].append(row)
    heads = "".join(
        f"{h:>9}" for h in ("n", "loads", "asked", "good", "score", "likeness", "drawn", "seconds")
    )
    lines = [f"{'arm':<16}{heads}"]
    for arm in [name for name in ARMS if name in by_arm]:
        found = by_arm[arm]
        n = len(found)
        loads, good = (sum(row[k] for row in found) for k in ("loads", "good"))
        asked = sum(row["loads"] and row["asked_for"] >= THRESHOLD for row in found)
        score = sum(row["asked_for"] for row in found) / n
        likeness = sum(row.get("likeness") or 0.0 for row in found) / n
        drawn, seconds = (sum(row[k] for row in found) / n for k in ("tokens_drawn", "seconds"))
        counts = "".join(f"{count:>9}" for count in (n, loads, asked, good))
        lines.append(f"{arm:<16}{counts}{score:>9.2f}{likeness:>9.2f}{drawn:>9.0f}{seconds:>9.1f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--model", default="")
    parser.add_argument("--server", default="")
    parser.add_argument(
        "--arms", nargs="+", choices=list(ARMS), default=["outline", "plan", "verified-cards"]
    )
    parser.add_argument("--split", choices=("train", "validation", "test"), default="test")
    parser.add_argument("--most", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--output", type=Path, default=Path("arms.jsonl"))
    asked = parser.parse_args()
    try:
        asyncio.run(run(asked))
    finally:
        print(table(read(asked.output)))


if __name__ == "__main__":
    main()
