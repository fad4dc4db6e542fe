"""``mine_dags`` mines a GitHub over a socket: shards, the connection, deferral, watermark, partition."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from airflownet.records import DagFile
from airflownet.tables import read_table
from servers.github.server import TOKEN, Fault, GithubServer

pytestmark = pytest.mark.airflow

ROOT = Path(__file__).resolve().parents[2]
DAG_TEXT = 'from airflow.sdk import DAG\n\nwith DAG("%s"):\n    pass\n'

Run = Callable[..., Any]


@pytest.fixture
def run_mine_dags(airflow_db, separate_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the DAG with a recipe whose mining block is given; returns the run."""
    from airflow.dag_processing.dagbag import DagBag

    recipes = tmp_path / "recipes"
    recipes.mkdir()
    monkeypatch.setenv("AIRFLOWNET_RECIPES", str(recipes))
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    laptop = yaml.safe_load((ROOT / "recipes" / "laptop.yaml").read_text())

    def run(sources: list[dict[str, Any]]) -> Any:
        shutil.copy(ROOT / "recipes" / "laptop.yaml", recipes)
        small_shards = {"mining": {"sources": sources}, "judging": {"shard_size": 8}}
        recipe = {**laptop, "name": "mined", **small_shards}
        (recipes / "mined.yaml").write_text(yaml.safe_dump(recipe))
        bag = DagBag(dag_folder=str(ROOT / "dags" / "mine_dags.py"))
        assert bag.import_errors == {}
        conf = {"recipe": "mined", "artifact_root": str(tmp_path / "artifacts")}
        return bag.dags["mine_dags"].test(run_conf=conf)

    return run


def source(server: GithubServer) -> dict[str, Any]:
    return {
        "kind": "github",
        "organisations": ["acme"],
        "base_url": server.url,
        "connection": "acme_github",
        "seconds_between_requests": 0,
    }


def connect(server: GithubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = {"conn_type": "github", "password": TOKEN, "host": server.url}
    monkeypatch.setenv("AIRFLOW_CONN_ACME_GITHUB", json.dumps(connection))


def kept(tmp_path: Path) -> list[str]:
    table = tmp_path / "artifacts" / "mined" / "mining" / "dag_files.parquet"
    return [f"{file.repo}/{file.path}" for file in read_table(table, DagFile)]


def test_a_night_over_shards_with_a_spent_limit(run_mine_dags, tmp_path, monkeypatch, caplog):
    with GithubServer(tmp_path / "git") as server:
        connect(server, monkeypatch)
        for number in range(12):
            server.add(
                f"acme/r{number:02}",
                {
                    "dags/one.py": DAG_TEXT % number,
                },
            )
        spent = {"X-RateLimit-Remaining": "0"}
        message = {"message": "API rate limit exceeded for user ID 1."}
        server.faults.append(Fault(r"/git/trees/", 403, spent, message, reset_in_s=6))
        with caplog.at_level(logging.INFO, "airflownet.stage"):
            run = run_mine_dags([source(server)])

        assert str(run.state) == "success", run.state
        assert kept(tmp_path) == [f"acme/r{number:02}/dags/one.py" for number in range(12)]
        states = {(ti.task_id, ti.map_index): str(ti.state) for ti in run.get_task_instances()}
        labels = [ti.rendered_map_index for ti in run.get_task_instances() if ti.task_id == "fetch"]
        assert sorted(labels) == ["github: 1-10 of 12", "github: 11-12 of 12"]
        assert states == {
            ("plan", -1): "success",
            ("fetch", 0): "success",
            ("fetch", 1): "success",
            ("mine", -1): "success",
            ("plan_judging", -1): "success",
            ("judge_shard", 0): "success",
            ("judge_shard", 1): "success",
            ("judge", -1): "success",
        }
        assert "Deferred until" in caplog.text
        assert all(seen.authorized for seen in server.seen)
        assert TOKEN not in caplog.text
        assert max(server.blobs_served.values()) == 1

        first = len(server.seen)
        again = run_mine_dags([source(server)])
        assert str(again.state) == "success"
        assert {str(t.state) for t in again.get_task_instances() if t.task_id == "judge_shard"} == {"skipped"}
        assert [seen.status for seen in server.seen[first:]] == [304]


def test_a_local_recipe_needs_no_shards(run_mine_dags, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.py").write_text(DAG_TEXT % "a")
    run = run_mine_dags([{"kind": "local", "path": str(tmp_path / "own"), "licence": "MIT"}])
    assert str(run.state) == "success"
    assert kept(tmp_path) == ["own/a.py"]


def test_the_next_dag_is_woken_for_the_same_date(run_mine_dags, tmp_path):
    """As the scheduler does it, which is not running here."""
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
    from airflow.models import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import delete, select

    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.py").write_text(DAG_TEXT % "a")
    local = [{"kind": "local", "path": str(tmp_path / "own"), "licence": "MIT"}]
    run_mine_dags(local)  # makes the consumers known
    woken = DagModel.dag_id == "generate_instructions"
    with create_session() as session:
        assert not session.scalar(select(DagModel.is_paused).where(woken))
        earlier = set(session.scalars(select(DagRun.id)))
    new = DagRun.id.not_in(earlier) & (DagRun.run_type == "asset_triggered")
    try:
        run_mine_dags(local)
        with create_session() as session:
            runner = SchedulerJobRunner(job=Job())
            # Other tests of this session may have left events for other DAGs.
            assert "generate_instructions" in runner._create_dagruns_for_partitioned_asset_dags(session)
            session.flush()
            (run,) = session.scalars(select(DagRun).where(new, DagRun.dag_id == "generate_instructions"))
            assert run.partition_key == time.strftime("%Y-%m-%d", time.gmtime())
            assert {event.extra["recipe"] for event in run.consumed_asset_events} == {"mined"}
    finally:
        with create_session() as session:
            session.execute(delete(DagRun).where(new))
