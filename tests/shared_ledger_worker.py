"""A worker in a process of its own: ``python shared_ledger_worker.py LEDGER N_ITEMS URL...``."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from pathlib import Path

from airflownet.llama.batch import generate
from airflownet.llama.ledger import open_ledger
from airflownet.llama.sampling import Sampling
from airflownet.llama.serving import Models, RemoteServer, open_endpoints
from airflownet.llama.settings import ServerSettings
from airflownet.llama.work import WorkItem, work_item

SAMPLING = Sampling(max_completion_tokens=24, ignore_eos=True)


def items(count: int) -> list[WorkItem]:
    rng = random.Random(11)
    prompts = [[rng.randrange(256) for _ in range(rng.randint(20, 60))] for _ in range(count)]
    return [work_item(ids, SAMPLING, model_sha256="shared") for ids in prompts]


async def main(ledger_path: Path, count: int, urls: list[str]) -> None:
    servers = [RemoteServer(url) for url in urls]
    settings = ServerSettings(context_tokens_per_slot=256, start_timeout_s=20)
    with open_ledger(ledger_path) as ledger:
        async with open_endpoints(servers, settings, Models(None, None, "shared", "")) as endpoints:
            (facts,) = await generate(endpoints, items(count), SAMPLING, ledger)
    sys.stdout.write(json.dumps({"n_generated": facts.n_generated, "tokens": facts.completion_tokens}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
