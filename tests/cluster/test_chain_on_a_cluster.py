"""The chain of stage DAGs on Celery workers, PostgreSQL and S3, each worker with folders of its own."""

from __future__ import annotations

import json
import secrets

import pytest
from cluster.plan import ADDRESSES

from asset_chain import CHAIN, form, last_event, today
from cluster_session import ClusterSession
from servers.anthropic_server import AnthropicServer
from servers.web_hook import WebHook
from small_recipe import STAGES, write_small_recipe

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.training,
    pytest.mark.llama,
    pytest.mark.network,
    pytest.mark.timeout(1800),
]

CHAIN_WITHIN_S = 900
GPU_TASKS = {
    "finetune_model": {"train_base", "finetune"},
    "evaluate_models": {"infer.start_llama_server", "infer.generate", "infer.stop_llama_server"},
}


PLANTED = {name: f"planted-{name}-{secrets.token_hex(12)}" for name in ("claude", "github", "hook", "form")}
"""Secrets of the users: three in connections, one in a form."""
VIEWS = ("brief", "workflow", "data_processing", "terse", "specification", "change_request")


@pytest.fixture(scope="module")
def claude():
    def reply(_: object) -> str:
        return json.dumps({view: f"Please build the sales pipeline, as a {view} text." for view in VIEWS})

    with AnthropicServer(reply, key=PLANTED["claude"]) as server:
        yield server


@pytest.fixture(scope="module")
def alerts():
    with WebHook() as hook:
        yield hook


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, claude, alerts):
    recipes = tmp_path_factory.mktemp("recipes")
    write_small_recipe(recipes, claude.url)
    session = ClusterSession(recipes, "--set", "AIRFLOW__AIRFLOWNET__DEADLINE_HOURS_MINE_DAGS=0.001")
    for conn_id, kind, password, host in (
        ("anthropic_default", "anthropic", PLANTED["claude"], ""),
        ("github_default", "github", PLANTED["github"], ""),
        ("airflownet_alerts", "http", f"hook/{PLANTED['hook']}", alerts.url),
    ):
        fields = {"connection_id": conn_id, "conn_type": kind, "password": password, "host": host}
        session.send("POST", "connections", fields)
    yield session
    session.close()


@pytest.fixture(scope="module")
def last(cluster):
    """The event by which one trigger of `mine_dags` ends."""
    conf = form(cluster, "mine_dags", recipe="small", api_key=PLANTED["form"])
    run_id = cluster.trigger("mine_dags", conf)
    cluster.send("PATCH", "dags/mine_dags", {"is_paused": False})
    cluster.finished("mine_dags", run_id, CHAIN_WITHIN_S)
    return last_event(cluster, timeout_s=CHAIN_WITHIN_S)


def test_one_trigger_leads_to_the_report_on_s3(cluster, last):
    assert last["extra"]["location"] == f"{cluster.plan.artifact_root}/small/evaluation"
    assert last["partition_key"] == today()
    assert "<h1" in cluster.page("/airflownet/reports/small").text
    assert cluster.plan.artifact_root in cluster.page("/airflownet/reports/").text


@pytest.mark.parametrize("dag_id", CHAIN)
def test_tasks_ran_where_they_belong(cluster, last, dag_id):
    ran = cluster.machines(dag_id)
    gpu_tasks = GPU_TASKS.get(dag_id, set())
    assert gpu_tasks <= set(ran)
    for task_id, (queue, machine) in ran.items():
        name = "gpu-worker" if task_id in gpu_tasks else "worker"
        assert (task_id, queue, machine) == (task_id, {"worker": "default"}.get(name, "gpu"), ADDRESSES[name])


def test_nothing_of_a_run_was_left_on_a_worker_alone(cluster, last):
    """Each stage is on S3; what workers keep are copies by content, and no working folder is left."""
    for stage in set(STAGES) - {"magpie"}:
        assert cluster.artifact(f"{cluster.plan.artifact_root}/small/{stage}/manifest.json")["outputs"]
    for name in ADDRESSES:
        scratch = cluster.plan.folder_of(name) / "cache" / "scratch"
        assert [path for path in scratch.glob("*") if path.is_dir()] == []


def test_the_logs_of_both_workers_are_served(cluster, last):
    for dag_id, task_id in (("mine_dags", "mine"), ("finetune_model", "finetune")):
        run_id = cluster.runs(dag_id)[0]["dag_run_id"]
        assert "finished" in cluster.log(dag_id, run_id, task_id)


def test_claude_was_asked_once_for_each_file(claude, last):
    asked = [key for batch in claude.created for key in batch]
    assert len(asked) > 20
    assert len(asked) == len(set(asked))


def test_a_late_run_was_told(alerts, last):
    told = [text for path, text in alerts.received if path == f"/hook/{PLANTED['hook']}"]
    assert [text for text in told if "mine_dags is late" in text]


def test_no_secret_is_in_a_log(cluster, last):
    """Neither those of the cluster, nor those of its users, be it in a connection or in a form."""
    kept = [value for name, value in cluster.plan.secrets.items() if name != "s3_user"]
    logs = [*cluster.plan.root.rglob("*.log"), *cluster.plan.root.glob("*/log.txt")]
    assert len(logs) > 20
    for path in logs:
        text = path.read_text(errors="replace")
        assert not [name for name in [*kept, *PLANTED.values()] if name in text], path
