"""kill -9 in the middle of mining, again and again: the same rows in the end, nothing finished done twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from airflownet.locations import MANIFEST
from airflownet.mining.git.settings import GitSource
from airflownet.mining.settings import MiningSettings, PypiSource
from airflownet.mining.stage import run
from airflownet.records import DagFile, DroppedFile
from airflownet.tables import read_table
from servers.git_daemon import GitDaemon

from .conftest import DAG_TEXT

ROOT = Path(__file__).parents[4]
KILLS = 3
CODE = """\
import sys
from airflownet.mining.settings import MiningSettings
from airflownet.mining.stage import run
run(MiningSettings.model_validate_json(sys.argv[1]), sys.argv[2])
"""


def start(settings: MiningSettings, output: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CODE, settings.model_dump_json(), str(output)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT / "include")})


def kill_after(process: subprocess.Popen[bytes], output: Path, n_shards: int) -> list[Path]:
    """Kills the process once that many sources are finished; returns the finished ones."""
    shards = partial_of(output) / "_scratch/shards"
    already = len(finished(shards)) >= n_shards
    while process.poll() is None and len(finished(shards)) < n_shards:
        time.sleep(0.005)
    time.sleep(random.random() * (2.0 if already else 0.05))
    process.send_signal(signal.SIGKILL)
    process.wait()
    return finished(shards)


def partial_of(output: Path) -> Path:
    return output.with_name(f".{output.name}.partial")


def finished(shards: Path) -> list[Path]:
    return sorted(shards.glob("[0-9]*/row.json"))


def rows(output: Path) -> list[object]:
    return [
        *read_table(output / "dag_files.parquet", DagFile),
        *read_table(output / "dropped.parquet", DroppedFile),
    ]


def check(settings: MiningSettings, tmp_path: Path) -> None:
    output, kept = tmp_path / "killed", {}
    n_sources = 12
    for n_shards in sorted(random.sample(range(1, n_sources - 1), KILLS)):
        done = kill_after(start(settings, output), output, n_shards)
        # It may have finished just before, or be whole and not yet in its place.
        assert len(done) >= n_shards or output.exists() or (partial_of(output) / MANIFEST).exists()
        for row in done:
            assert kept.setdefault(row, row.stat().st_mtime_ns) == row.stat().st_mtime_ns
    assert start(settings, output).wait() == 0
    run(settings, str(tmp_path / "whole"))
    assert rows(output) == rows(tmp_path / "whole")
    assert len(rows(output)) > n_sources


def test_release_archives(index, archive, tmp_path):
    sources = []
    for number in range(12):
        name = f"demo{number:02}"
        files = {f"example_dags/{n}.py": DAG_TEXT % f"{name}_{n}" for n in range(4)}
        sha256 = index.add(name, f"{name}-1.0.tar.gz", archive(files | {"example_dags/x.py": "x = 1\n"}))
        sources.append(PypiSource(project=name, version="1.0", sha256=sha256))

    check(MiningSettings(sources=tuple(sources)), tmp_path)

    downloads = [path for path in index.requests if path.startswith("/files/")]
    assert len(downloads) == len(set(downloads)) == 12


@pytest.mark.usefixtures("separate_cache")
def test_a_git_repository(tmp_path):
    path = tmp_path / "served" / "repo.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "b00", path], check=True)
    subprocess.run(["git", "-C", path, "fast-import", "--quiet"], input=branches(), check=True)
    with GitDaemon(path.parent) as daemon:
        source = GitSource(repository=daemon.url("repo.git"), refs=("*",), licence="MIT")

        check(MiningSettings(sources=(source,)), tmp_path)

        # A run that lives long enough asks for the refs; one of them fetches.
        assert daemon.requests <= KILLS + 2 + 1


def branches() -> bytes:
    stream = b""
    for number in range(12):
        stream += (
            b"commit refs/heads/b%02d\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n" % number
        )
        for name, text in (("dag.py", DAG_TEXT % number), ("other.py", f"x = {number}\n")):
            stream += f"M 100644 inline {name}\ndata {len(text)}\n{text}\n".encode()
    return stream
