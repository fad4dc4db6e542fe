"""Families beside two published deduplication tools: seconds, memory, precision and recall.

    pip install -r benchmarks/dataset/requirements.txt
    python benchmarks/dataset/families.py --files 10000

Each tool runs in a process of its own on the same file; memory is the peak of the process and its children.
On a busy machine compare processor seconds: airflownet uses all cores, the others one.
Precision and recall are over pairs of files: planted copies are one cluster, everything else is apart.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
from synthetic_corpus import write_corpus

HERE = Path(__file__).resolve().parent


def measured(command: list[str]) -> tuple[float, float, int]:
    """Returns seconds, processor seconds and peak bytes of a command and its children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(HERE.parents[1] / "include")})
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        try:
            everyone = [watched, *watched.children(recursive=True)]
            peak = max(peak, sum(one.memory_info().rss for one in everyone))
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"{command[2]} failed with {process.returncode}")
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return time.monotonic() - started, processor_s, peak


def pairs(sizes: Counter) -> int:
    """Returns the number of pairs within clusters of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes.values())


def precision_and_recall(truth: dict[int, int], found: dict[int, int]) -> tuple[float, float]:
    """Returns both over pairs."""
    n_true, n_found = pairs(Counter(truth.values())), pairs(Counter(found.values()))
    n_both = pairs(Counter((truth[number], found[number]) for number in truth))
    return n_both / n_found if n_found else 1.0, n_both / n_true if n_true else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tools", nargs="+", default=["airflownet", "rensa", "datasketch"])
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        corpus, clusters = Path(folder) / "corpus.jsonl", Path(folder) / "clusters.json"
        write_corpus(corpus, options.files, options.seed)
        truth = {}
        with corpus.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                truth[row["id"]] = row["truth"]
        print(
            f"{options.files:,} files, {corpus.stat().st_size / 1e6:.0f} MB, "
            f"{len(set(truth.values())):,} families"
        )
        for tool in options.tools:
            if tool != "airflownet" and importlib.util.find_spec(tool) is None:
                print(f"{tool}: not installed, left out (pip install -r benchmarks/dataset/requirements.txt)")
                continue
            command = [sys.executable, str(HERE / "deduplicators.py"), tool, str(corpus), str(clusters)]
            seconds, processor_s, peak_bytes = measured(command)
            found = {int(number): cluster for number, cluster in json.loads(clusters.read_text()).items()}
            precision, recall = precision_and_recall(truth, found)
            results.append(
                {
                    "tool": tool,
                    "seconds": round(seconds, 1),
                    "processor_s": round(processor_s, 1),
                    "peak_mb": round(peak_bytes / 1e6),
                    "precision": round(precision, 4),
                    "recall": round(recall, 4),
                }
            )
            print(
                f"{tool:<12} {seconds:8.1f} s {processor_s:8.1f} processor s {peak_bytes / 1e6:7.0f} MB   "
                f"precision {precision:.4f}   recall {recall:.4f}",
                flush=True,
            )
    if options.output:
        about = {"files": options.files, "seed": options.seed, "machine": platform.machine(),
                 "cores": len(os.sched_getaffinity(0)), "results": results}  # fmt: skip
        options.output.write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    main()
