"""The inference tasks under ``dag.test()``, triggers included: two servers, one still loading."""

# ruff: noqa: F811
from __future__ import annotations

import dataclasses
import json
import shutil
import socket
import threading
from pathlib import Path

import httpx
import pytest

from airflownet.inference.settings import InferenceSettings
from airflownet.llama.server import managed_server
from airflownet.llama.server_spec import ServerSpec
from airflownet.records import Generation, Message, Sample
from airflownet.tables import read_table, write_table
from airflownet_provider.triggers.llama_server_ready import LlamaServerReadyTrigger
from llama_fixtures import llama_cpp, models, spec  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.airflow, pytest.mark.llama, pytest.mark.timeout(300)]

DAG_FILE = """
from airflow.sdk import dag
from airflownet_stages.evaluation import infer, llama_servers_param
from airflownet_stages.form import shared_params


@dag(params={{**shared_params(), "llama_servers": llama_servers_param()}})
def only_inference():
    infer({dataset!r}, {base_model!r}, {training!r})


only_inference()
"""


@pytest.fixture
def folder(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Inputs, a recipe and a DAG that holds the inference tasks alone."""
    import yaml

    for name in ("dataset", "base_model", "training"):
        (tmp_path / name).mkdir()
    shutil.copytree(ROOT / "recipes", tmp_path / "recipes")
    (tmp_path / "base_model" / "base.gguf").symlink_to(models / "base.gguf")
    (tmp_path / "training" / "adapter.gguf").symlink_to(models / "adapter.gguf")
    origin = ("d", "i", "brief", "r", "1", "p", "Apache-2.0", "3.3", "loads", ())
    samples = [
        Sample(f"t{n:02d}", "f", "test", "create", (Message("user", f"Copy table {n}."),), *origin)
        for n in range(12)
    ]
    write_table(tmp_path / "dataset" / "samples.parquet", Sample, samples)
    recipe = yaml.safe_load((ROOT / "recipes" / "laptop.yaml").read_text())
    recipe["name"] = "inferring"
    settings = InferenceSettings(
        n_slots=4, context_tokens_per_slot=1024, max_completion_tokens=40, threads=1, flash_attention="off"
    )
    recipe["inference"] = settings.model_dump(mode="json")
    (tmp_path / "recipes" / "inferring.yaml").write_text(yaml.safe_dump(recipe))
    places = {name: str(tmp_path / name) for name in ("dataset", "base_model", "training")}
    (tmp_path / "only_inference.py").write_text(DAG_FILE.format(**places))
    monkeypatch.setenv("AIRFLOWNET_RECIPES", str(tmp_path / "recipes"))
    return tmp_path


def run_dag(folder: Path, **conf):
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    bag = DagBag(dag_folder=str(folder / "only_inference.py"))
    assert not bag.import_errors
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)
    conf = {"recipe": "inferring", "artifact_root": str(folder / "artifacts"), **conf}
    return bag.dags["only_inference"].test(run_conf=conf)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tokens_generated(url: str, key: str) -> float:
    text = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {key}"}).text
    (line,) = (line for line in text.splitlines() if line.startswith("llamacpp:tokens_predicted_total "))
    return float(line.split()[1])


def test_two_remote_servers_share_the_work_and_one_is_waited_for(
    airflow_db, spec: ServerSpec, folder: Path, monkeypatch
) -> None:
    ports = {"llama_first": free_port(), "llama_second": free_port()}
    for conn_id, port in ports.items():
        connection = {"conn_type": "llama_server", "host": "127.0.0.1", "port": port, "password": conn_id}
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(connection))
    triggered, asked = [], threading.Event()
    run_trigger = LlamaServerReadyTrigger.run

    async def run_and_note(self):
        triggered.append(self.base_url)
        asked.set()
        async for event in run_trigger(self):
            yield event

    monkeypatch.setattr(LlamaServerReadyTrigger, "run", run_and_note)
    finished, started = threading.Event(), threading.Event()

    def second_machine() -> None:
        asked.wait(120)
        late = dataclasses.replace(spec, port=ports["llama_second"])
        with managed_server(late, folder / "second", api_key="llama_second") as handle:
            started.set()
            finished.wait(120)
            counted[handle.base_url] = tokens_generated(handle.base_url, "llama_second")

    counted: dict[str, float] = {}
    thread = threading.Thread(target=second_machine)
    first = dataclasses.replace(spec, port=ports["llama_first"])
    with managed_server(first, folder / "first", api_key="llama_first") as handle:
        thread.start()
        try:
            dag_run = run_dag(folder, llama_servers=list(ports))
            assert started.is_set(), "the second server was not waited for"
            counted[handle.base_url] = tokens_generated(handle.base_url, "llama_first")
        finally:
            asked.set()
            finished.set()
            thread.join()
    assert dag_run.state == "success"
    assert triggered == [f"http://127.0.0.1:{ports['llama_second']}"], "only the late one was deferred for"
    output = folder / "artifacts" / "inferring" / "inference"
    rows = list(read_table(output / "generations.parquet", Generation))
    assert [(row.model, row.error) for row in rows] == [("base", "")] * 12 + [("tuned", "")] * 12
    assert len(counted) == 2
    assert min(counted.values()) > 0, "both worked"
    # The check of the adapter, before the batch, asks each server for 7 tokens.
    assert sum(counted.values()) == sum(row.completion_tokens for row in rows) + 7 * 2
    assert not any("llama_first" in path.read_text() for path in output.glob("*.json")), "no key on disk"

    progress = stored_progress(dag_run.run_id)
    assert (progress["done"], progress["total"]) == (24, 24)
    assert progress["tokens_per_s"] > 0


def stored_progress(run_id: str) -> dict:
    from airflow.models.task_state_store import TaskStateStoreModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        query = select(TaskStateStoreModel).where(
            TaskStateStoreModel.run_id == run_id, TaskStateStoreModel.task_id == "infer.generate"
        )
        (row,) = (row for row in session.scalars(query) if row.key == "progress")
        return json.loads(row.value)


def test_without_connections_the_server_is_managed_and_gone_afterwards(airflow_db, folder: Path) -> None:
    import psutil

    dag_run = run_dag(folder)
    assert dag_run.state == "success"
    log = folder / "artifacts" / "inferring" / ".inference.server" / "llama-server.log"
    assert log.stat().st_size > 0
    mine = [p for p in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(p.info["cmdline"] or [])]
    assert mine == []
