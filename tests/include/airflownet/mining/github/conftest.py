"""A GitHub with a token, an empty cache, and no pauses between tries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflownet.mining.github.client import GithubClient, open_client
from airflownet.mining.github.settings import GithubSource
from airflownet.mining.settings import MiningSettings
from airflownet.mining.stage import run
from airflownet.records import DagFile, DroppedFile
from airflownet.tables import read_table
from servers.github.server import TOKEN, GithubServer

DAG_TEXT = 'from airflow.sdk import DAG\n\nwith DAG("%s"):\n    pass\n'


def dags(count: int, folder: str = "dags") -> dict[str, str]:
    return {f"{folder}/dag_{i:03}.py": DAG_TEXT % f"dag_{folder}_{i}" for i in range(count)}


@pytest.fixture
def github(separate_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GithubServer]:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("airflownet.mining.github.retry.FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr("airflownet.mining.github.rate_limits._RESET_MARGIN_S", 0.0)
    monkeypatch.setattr("airflownet.mining.github.rate_limits._JITTER_S", 0.0)
    monkeypatch.setattr("airflownet.mining.github.search_slices.INCOMPLETE_PAUSES_S", (0.01, 0.01))
    with GithubServer(tmp_path / "git") as running:
        yield running


@pytest.fixture
def source(github: GithubServer) -> Callable[..., GithubSource]:
    """Makes a source of the server."""

    def make(**settings: Any) -> GithubSource:
        return GithubSource(**{"base_url": github.url, "seconds_between_requests": 0, **settings})

    return make


@pytest.fixture
def client(source: Callable[..., GithubSource]) -> Iterator[GithubClient]:
    with open_client(source(repositories=("acme/dags",))) as opened:
        yield opened


@pytest.fixture
def mine(source: Callable[..., GithubSource], tmp_path: Path) -> Callable[..., Any]:
    """Mines a source into a folder; returns the stage's result."""

    def mined(folder: str = "out", **settings: Any) -> Any:
        return run(MiningSettings(sources=(source(**settings),)), str(tmp_path / folder))

    return mined


@pytest.fixture
def kept(tmp_path: Path) -> Callable[..., list[DagFile]]:
    return lambda folder="out": list(read_table(tmp_path / folder / "dag_files.parquet", DagFile))


@pytest.fixture
def dropped(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Path (or ``owner/name`` for a whole repository) -> reason."""

    def read(folder: str = "out") -> dict[str, str]:
        rows = read_table(tmp_path / folder / "dropped.parquet", DroppedFile)
        return {row.path or row.repo: row.reason for row in rows}

    return read
