"""How long N workers need to judge the same files in shards, and whether the result depends on N.

    PYTHONPATH=include:. .venv/bin/python benchmarks/cluster/side_by_side.py --files 20000 --workers 1,2

Each worker is a process of its own that may use one core, as a worker on a machine of its own would; they
take the shards from one queue. Then the stage puts them together, and what it wrote is compared. Prints,
for each N: seconds of wall clock for the shards and for putting them together, seconds of processor time,
files a second.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from airflownet.judge import stage
from airflownet.judge.settings import JudgeSettings
from airflownet.judge.shards import Shard, plan_shards, run_shard
from airflownet.locations import read_manifest

sys.path.insert(0, str(Path(__file__).parent))


def main() -> None:
    from synthetic_mining import write_mining

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--shard-size", type=int, default=500)
    parser.add_argument("--workers", default="1,2")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        mining = f"{folder}/mining"
        write_mining(arguments.files, mining)
        settings = JudgeSettings(shard_size=arguments.shard_size)
        results = set()
        for n_workers in map(int, arguments.workers.split(",")):
            output = f"{folder}/{n_workers}/judging"
            shards = plan_shards(settings, mining)
            started, used = time.perf_counter(), _processor_s()
            _judge(settings, mining, output, shards, n_workers)
            judged_s = time.perf_counter() - started
            processor_s = _processor_s() - used
            counts = stage.run(settings, mining, output).counts
            row = {
                "workers": n_workers,
                "files": arguments.files,
                "shards": len(shards),
                "judged_s": round(judged_s, 1),
                "put_together_s": round(time.perf_counter() - started - judged_s, 1),
                "processor_s": round(processor_s, 1),
                "files_per_s": round(arguments.files / judged_s),
                "counts": counts,
                "load_average": round(os.getloadavg()[0], 1),
            }
            print(json.dumps(row), flush=True)
            outputs = read_manifest(output)["outputs"]
            results.add(json.dumps({name: of["sha256"] for name, of in outputs.items()}, sort_keys=True))
        print("the result is the same" if len(results) == 1 else "THE RESULTS DIFFER")
        raise SystemExit(len(results) != 1)


def _judge(
    settings: JudgeSettings, mining: str, output: str, shards: list[dict[str, int]], n_workers: int
) -> None:
    # Not forked: each worker starts as on a machine of its own.
    context = multiprocessing.get_context("spawn")
    queue: Any = context.Queue()
    for shard in [*shards, *[None] * n_workers]:
        queue.put(shard)
    workers = [
        context.Process(target=_work, args=(queue, settings.model_dump(), mining, output, core))
        for core in range(n_workers)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0


def _work(queue: Any, settings: dict[str, Any], mining: str, output: str, number: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[number % len(cores)]})
    while (shard := queue.get()) is not None:
        run_shard(JudgeSettings(**settings), mining, output, Shard(**shard))


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
