"""How long a look at an unfinished file takes, and whether one that loads is ever refused on the way.

Every file of a folder that loads is written line by line, as a model would; after each logical line
``faults_so_far`` is asked. Prints milliseconds a look (median, 90th and 99th percentile, worst) and every
refusal of a file that loads in the end, of which there should be none.

    python benchmarks/generation/unfinished_files.py FOLDER [--airflow 3.3] [--most 500]
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from airflownet.generation.logical_lines import LogicalLines
from airflownet.generation.unfinished import faults_of_finished, faults_so_far


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--airflow", default="3.3")
    parser.add_argument("--most", type=int, default=500)
    asked = parser.parse_args()
    looks_ms: list[float] = []
    n_files = n_refused = n_not_loading = 0
    for path in sorted(asked.folder.rglob("*.py"))[: asked.most]:
        code = path.read_text(encoding="utf-8", errors="replace")
        if faults_of_finished(code, asked.airflow):
            n_not_loading += 1
            continue
        n_files += 1
        scan = LogicalLines()
        for end, char in enumerate(code, 1):
            if not scan.feed(char):
                continue
            start = time.perf_counter()
            faults = faults_so_far(code[:end], asked.airflow)
            looks_ms.append((time.perf_counter() - start) * 1000)
            if faults:
                n_refused += 1
                print(f"{path}: {faults[0]}")
                break
    looks_ms.sort()
    if not looks_ms:
        print(f"no file that loads in {asked.folder}")
        return
    at = {share: looks_ms[int(len(looks_ms) * share)] for share in (0.9, 0.99)}
    print(f"{n_files} files that load ({n_not_loading} others left out), {len(looks_ms)} looks")
    print(
        f"ms a look: median {statistics.median(looks_ms):.2f}, 90% {at[0.9]:.2f}, 99% {at[0.99]:.2f}, "
        f"worst {looks_ms[-1]:.1f}; files refused on the way: {n_refused}"
    )


if __name__ == "__main__":
    main()
