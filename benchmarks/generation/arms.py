"""Ways of writing side by side on test prompts: does it load, is it what was asked for, what does it cost.

    python benchmarks/generation/arms.py DATASET --server http://127.0.0.1:8080 [--arms greedy verified plan]
        [--most 8] [--output arms.jsonl]

DATASET is a folder of `airflownet dataset`; requests of its test split are used, shortest first. --server is
a llama-server with the model, and an adapter if there is one. One line a prompt and arm is appended to the
output; what is there is not done again. Asked for is `asked_for`'s score of files that load (0 for others),
which knows nothing of how a file was made; tokens are all that were drawn.

Arms: greedy (one answer in code), best4 (four, judged), verified, verified-cards (with API cards), repair
(greedy, then one repair round), plan (one plan), plan4 (best of four plans).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from airflownet.generation.compose import Composer
from airflownet.generation.model_source import LlamaModel, open_model
from airflownet.generation.settings import GenerationSettings
from airflownet.records import Sample
from airflownet.tables import read_table

BOUNDS = {"max_answer_tokens": 500, "max_drawn_tokens": 1500, "max_plan_tokens": 400, "max_steps_back": 6}
ARMS: dict[str, dict[str, Any]] = {
    "greedy": {"mode": "code", "n_drafts": 1, "card_tokens": 0, "verified": False},
    "best4": {"mode": "code", "n_drafts": 4, "card_tokens": 0, "verified": False},
    "repair": {"mode": "code", "n_drafts": 1, "n_repairs": 1, "card_tokens": 0, "verified": False},
    "verified": {"mode": "code", "n_drafts": 1, "card_tokens": 0, "verified": True},
    "verified-cards": {"mode": "code", "n_drafts": 1, "card_tokens": 400, "verified": True},
    "plan": {"mode": "plan", "n_drafts": 1, "verified": True},
    "plan4": {"mode": "plan", "n_drafts": 4, "verified": True},
}


async def run(asked: argparse.Namespace) -> None:
    rows = read_table(asked.dataset / "samples.parquet", Sample)
    test = [row for row in rows if row.split == "test" and row.kind == "create"]
    requests = sorted({m.content for row in test for m in row.messages if m.role == "user"}, key=len)
    done = {(row["arm"], row["request"]) for row in read(asked.output)}
    settings = GenerationSettings(n_slots=4)
    async with open_model(settings, server=asked.server) as model:
        assert isinstance(model, LlamaModel)
        for request in requests[: asked.most]:
            for arm in asked.arms:
                if (arm, request) in done:
                    continue
                options = dict(ARMS[arm])
                verified = options.pop("verified")
                chosen = settings.model_copy(update={**BOUNDS, **options, "max_seconds": asked.seconds})
                start = time.monotonic()
                written = await Composer(model, chosen, verified=verified).write(request)
                checked = written.checked
                row = {
                    "arm": arm,
                    "request": request,
                    "loads": checked.loads,
                    "good": checked.is_good,
                    "asked_for": max(checked.asked.score, 0.0) if checked.loads else 0.0,
                    "tokens_drawn": written.n_tokens_drawn,
                    "tokens": written.n_tokens,
                    "n_refused": len(written.refusals),
                    "seconds": round(time.monotonic() - start, 1),
                    "missing": checked.missing,
                    "why": checked.told()[:3],
                    "code": written.code,
                }
                with asked.output.open("a") as file:
                    file.write(json.dumps(row) + "\n")
                print(
                    arm,
                    {k: row[k] for k in ("loads", "good", "asked_for", "tokens_drawn", "seconds")},
                    flush=True,
                )


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []


def table(rows: list[dict[str, Any]]) -> str:
    by_arm: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_arm[row["arm"]].append(row)
    lines = [f"{'arm':<16}{'n':>4}{'loads':>8}{'good':>8}{'asked':>8}{'drawn':>8}{'seconds':>9}"]
    for arm in [name for name in ARMS if name in by_arm]:
        found = by_arm[arm]
        n = len(found)
        means = [sum(float(row[k]) for row in found) / n for k in ("loads", "good", "asked_for")]
        drawn, seconds = (sum(row[k] for row in found) / n for k in ("tokens_drawn", "seconds"))
        shares = "".join(f"{mean:>8.2f}" for mean in means)
        lines.append(f"{arm:<16}{n:>4}{shares}{drawn:>8.0f}{seconds:>9.1f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--server", required=True)
    parser.add_argument("--arms", nargs="+", choices=list(ARMS), default=["greedy", "verified-cards", "plan"])
    parser.add_argument("--most", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--output", type=Path, default=Path("arms.jsonl"))
    asked = parser.parse_args()
    try:
        asyncio.run(run(asked))
    finally:
        print(table(read(asked.output)))


if __name__ == "__main__":
    main()
