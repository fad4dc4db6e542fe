"""How many requests a night over GitHub takes: the first, one without changes, one after pushes.

The server is the tests' own: GitHub's REST and GraphQL over a socket, from real git repositories.

    .venv/bin/python benchmarks/mining/github_requests.py --repositories 200 --pushed 10
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "include")]

from airflownet.mining.github.settings import GithubSource  # noqa: E402
from airflownet.mining.rerun import run_again  # noqa: E402
from airflownet.mining.settings import MiningSettings  # noqa: E402
from servers.github.git_repository import Content  # noqa: E402
from servers.github.server import TOKEN, GithubServer  # noqa: E402

DAG_TEXT = 'from airflow.sdk import DAG\n\nwith DAG("{name}"):\n    pass\n'


def files(number: int, version: int) -> dict[str, Content]:
    """A repository: DAGs of its own, one that many share, other code, now and then hundreds of files."""
    n_dags = 400 if number % 50 == 49 else 3 + number % 9
    own = {f"dags/d{i}.py": DAG_TEXT.format(name=f"r{number}_{i}_{version}") for i in range(n_dags)}
    shared = {f"dags/shared_{number % 5}.py": DAG_TEXT.format(name=f"shared_{number % 5}")}
    return {**own, **shared, **{f"lib/m{i}.py": f"x = {number * 100 + i}\n" for i in range(5)}}


def main() -> None:
    """Runs three nights and prints one line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repositories", type=int, default=200)
    parser.add_argument("--pushed", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, GithubServer(Path(name) / "git") as server:
        folder = Path(name)
        os.environ.update(AIRFLOWNET_CACHE_DIR=str(folder / "cache"), GITHUB_TOKEN=TOKEN)
        hosted = [
            server.add(f"acme/r{number:04}", files(number, 0), licence="MIT")
            for number in range(arguments.repositories)
        ]
        wanted = {"organisation": {"organisations": ("acme",)}}
        wanted["named"] = {"repositories": tuple(repository.full_name for repository in hosted)}
        for version, (kind, names) in enumerate(wanted.items(), start=1):
            source = GithubSource(base_url=server.url, seconds_between_requests=0, **names)
            settings, output = MiningSettings(sources=(source,)), str(folder / kind)
            first = "first night" if version == 1 else "first night, files known"
            night(server, f"{kind}: {first}", settings, output)
            night(server, f"{kind}: nothing changed", settings, output)
            for number in range(arguments.pushed):
                server.push(hosted[number], files(number, version), minute=version)
            night(server, f"{kind}: {arguments.pushed} pushed to", settings, output)


def night(server: GithubServer, title: str, settings: MiningSettings, output: str) -> None:
    """Runs once and prints what it took."""
    server.seen.clear()
    server.blobs_served.clear()
    result = run_again(settings, output)
    answered = Counter(seen.status for seen in server.seen)
    sent = sum(answered.values())
    share = answered[304] / sent if sent else 1.0
    kinds = Counter(_kind(seen.path) for seen in server.seen)
    print(
        f"{title:<42} {result.counts['kept']:>6} rows  {sent:>5} requests, {share:4.0%} answered 304  "
        f"{'finished before' if result.skipped else ''} {dict(kinds)}"
    )


def _kind(path: str) -> str:
    for kind in ("graphql", "tarball", "codeload", "trees", "ref", "blobs"):
        if f"/{kind}" in path:
            return kind
    return "listing"


if __name__ == "__main__":
    main()
