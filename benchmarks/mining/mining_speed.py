"""Mining a git repository beside raw ``git cat-file --batch``: files/s and peak memory.

    python benchmarks/mining/mining_speed.py                      # made first: 100,000 files, 5,000 DAGs
    python benchmarks/mining/mining_speed.py --repository ~/src/project --refs main

Four things in turn, several times, the best of each counted: git writing every listed file to nowhere; the
source reading, checking and decoding them; the whole stage (DAG detection, licences, redaction, tables); and
the stage with `in_project` empty, which never asks whether a file's project matters to it.
Memory is the peak sum of the proportional set sizes of all processes of the stage, git's own included; it is
taken in a run of its own, since looking at it takes time from the stage.
Bars: files/s of the stage >= 0.5 of raw, memory <= 500 MB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from synthetic_repository import build

from airflownet.mining.git.settings import GitSource
from airflownet.mining.pin import pin_git
from airflownet.mining.settings import MiningSettings
from airflownet.mining.source import Limits
from airflownet.mining.sources.git import GitCommit, open_git

SAMPLES_PER_S = 10.0


def main() -> None:
    """Measures, prints one table, and exits with 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repository", type=Path, help="Clone or bare repository; by default one is made.")
    parser.add_argument("--refs", nargs="+", default=["HEAD"])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--dags", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        repository = options.repository
        if repository is None:
            repository = Path(folder) / "synthetic.git"
            print(f"Making a repository of {options.files:,} files ...", flush=True)
            build(repository, options.files, options.dags)
        source = pin_git(GitSource(repository=str(repository), refs=tuple(options.refs), licence="MIT"))
        measure(source, Path(folder), options.repeats)


def measure(source: GitSource, folder: Path, repeats: int) -> None:
    """Prints files/s of the three, and the stage's memory."""
    commits = open_git(source)
    names = [entry.sha1 for commit in commits for entry in commit.repository.listings[commit.ref].files]
    asked = folder / "asked"
    asked.write_text("".join(f"{name}\n" for name in names))
    directory = commits[0].repository.directory
    raw, reading, stage, alone = [], [], [], []
    for repeat in range(repeats):
        raw.append(timed(lambda: _cat_file(directory, asked)))
        reading.append(timed(lambda: _read(source)))
        stage.append(timed(lambda n=repeat: _mine(source, folder / f"output{n}")))  # type: ignore[misc]
        alone.append(timed(lambda n=repeat: _mine(source, folder / f"alone{n}", in_project=())))  # type: ignore[misc]
    with PeakMemory() as peak:
        _mine(source, folder / "output")
    print(f"{len(names):,} files, best of {repeats}")
    for label, times in (
        ("git cat-file --batch", raw),
        ("reading", reading),
        ("whole stage", stage),
        ("each file alone", alone),
    ):
        ratio = min(raw) / min(times)
        print(f"{label:22} {min(times):7.2f} s {len(names) / min(times):10,.0f} files/s  {ratio:5.2f} of raw")
    print(f"peak memory of the stage {peak.bytes / 1e6:.0f} MB")
    sys.exit(0 if min(raw) / min(stage) >= 0.5 and peak.bytes <= 500e6 else 1)


def timed(work: Callable[[], object]) -> float:
    """Returns the seconds a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _cat_file(directory: Path, asked: Path) -> None:
    with asked.open("rb") as names:
        subprocess.run(
            ["git", f"--git-dir={directory}", "cat-file", "--batch", "--buffer"],
            stdin=names,
            stdout=subprocess.DEVNULL,
            check=True,
        )


def _read(source: GitSource) -> None:
    limits = Limits(("dags",), 200_000)
    commits: list[GitCommit] = open_git(source)
    for commit in commits:
        for _ in commit.iter_files(limits):
            pass


def _mine(source: GitSource, output: Path, **more: Any) -> None:
    # A process of its own, so that what this one holds is not counted.
    code = (
        "import sys; from airflownet.mining.stage import run; "
        "from airflownet.mining.settings import MiningSettings; "
        "run(MiningSettings.model_validate_json(sys.argv[1]), sys.argv[2])"
    )
    settings = MiningSettings(sources=(source,), **more).model_dump_json()
    subprocess.run([sys.executable, "-c", code, settings, str(output)], check=True, env=dict(os.environ))


class PeakMemory:
    """Samples the memory of the processes below this one while the block runs."""

    def __init__(self) -> None:
        self.bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(1 / SAMPLES_PER_S):
            total = 0
            for process in me.children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.bytes = max(self.bytes, total)


if __name__ == "__main__":
    main()
