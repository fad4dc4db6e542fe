"""Judging in shards: the same bytes however many there are, and whatever became of them."""

from __future__ import annotations

import json

import pytest

from airflownet.judge import shards
from airflownet.judge.settings import JudgeSettings
from airflownet.judge.shards import Shard, plan_shards, run_shard
from airflownet.judge.stage import run
from airflownet.records import DagFile, Licence
from airflownet.tables import write_table

GOOD = "from airflow.sdk import DAG\nwith DAG('d{n}'):\n    pass\n"
BAD = "from airflow.nowhere import Missing{n}\n"


@pytest.fixture(scope="module")
def dag_files(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("mined")
    licence = Licence("Apache-2.0", ("header",))
    files = [
        DagFile(f"f{n}", "local", "r", "", "", "", "", f"{n}.py", "", licence, "", "", (), code.format(n=n))
        for n, code in enumerate([GOOD, BAD, BAD] * 3 + [GOOD])
    ]
    write_table(folder / "dag_files.parquet", DagFile, files)
    return str(folder)


def settings(shard_size: int = 3) -> JudgeSettings:
    return JudgeSettings(lines=("2.9", "3.3"), shard_size=shard_size)


def content(location: str) -> str:
    return json.loads((shards.local_path(location) / "manifest.json").read_text())["content_sha256"]


@pytest.fixture(scope="module")
def whole(dag_files, tmp_path_factory) -> str:
    return content(run(settings(100), dag_files, str(tmp_path_factory.mktemp("whole") / "judging")).location)


@pytest.mark.parametrize(
    ("shard_size", "expected"),
    [(10, []), (100, []), (4, [(0, 4), (4, 8), (8, 10)]), (5, [(0, 5), (5, 10)])],
)
def test_one_task_where_that_is_enough(dag_files, shard_size, expected):
    assert [(s["start"], s["stop"]) for s in plan_shards(settings(shard_size), dag_files)] == expected


@pytest.mark.parametrize(
    ("shard_size", "lost"),
    [
        pytest.param(3, [], id="four-shards"),
        pytest.param(5, [], id="two-shards"),
        pytest.param(3, [1, 3], id="two-were-lost"),
        pytest.param(3, [0, 1, 2, 3], id="all-were-lost"),
    ],
)
def test_the_result_does_not_depend_on_the_shards(dag_files, whole, tmp_path, shard_size, lost):
    output = str(tmp_path / "judging")
    for index, planned in enumerate(plan_shards(settings(shard_size), dag_files)):
        if index not in lost:
            run_shard(settings(shard_size), dag_files, output, Shard(**planned))
    result = run(settings(shard_size), dag_files, output)
    assert content(result.location) == whole
    assert not (tmp_path / "judging_shards").exists()
    assert run(settings(2), dag_files, output).skipped, "the size of a shard makes nothing stale"


def test_finished_shards_are_not_judged_again(dag_files, whole, tmp_path, monkeypatch):
    output = str(tmp_path / "judging")
    for planned in plan_shards(settings(), dag_files):
        run_shard(settings(), dag_files, output, Shard(**planned))

    def forbidden(*_args):
        raise AssertionError("judged again")

    monkeypatch.setattr(shards, "judged", forbidden)
    assert content(run(settings(), dag_files, output).location) == whole


def test_shards_for_another_airflow_line_do_not_count(dag_files, whole, tmp_path):
    output = str(tmp_path / "judging")
    other = settings().model_copy(update={"airflow": "2.9"})
    for planned in plan_shards(other, dag_files):
        run_shard(other, dag_files, output, Shard(**planned))
    assert content(run(settings(), dag_files, output).location) == whole
