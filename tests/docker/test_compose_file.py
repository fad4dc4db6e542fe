"""docker-compose.yaml without an engine: the shape that the documentation promises."""

import asyncio
import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from airflownet.inference.settings import InferenceSettings
from airflownet.llama.adapter_check import check_adapter
from airflownet.llama.readiness import wait_until_ready
from airflownet.llama.serving import Models, open_endpoints
from airflownet.recipe import load_recipe, recipe_names
from airflownet_provider.stage_run import artifact_root

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())
SERVICES = COMPOSE["services"]
AIRFLOW_SERVICES = ("init", "api-server", "scheduler", "dag-processor", "triggerer", "worker", "gpu-worker")


def test_services():
    assert set(SERVICES) == {"postgres", "redis", "llama-server", *AIRFLOW_SERVICES}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_healthcheck(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["healthcheck"]["interval"]


@pytest.mark.parametrize("name", AIRFLOW_SERVICES)
def test_airflow_services_see_our_code(name):
    service = SERVICES[name]
    assert service["environment"]["PYTHONPATH"] == "/opt/airflow/include:/opt/airflow/plugins"
    mounted = {volume.split(":")[0].removeprefix("./") for volume in service["volumes"]}
    assert {"dags", "plugins", "include", "recipes", "config"} <= mounted


@pytest.mark.parametrize(
    ("name", "profiles"), [("gpu-worker", ["gpu"]), ("llama-server", ["llama"]), ("worker", None)]
)
def test_profiles(name, profiles):
    assert SERVICES[name].get("profiles") == profiles


def test_queues():
    assert "--queues default" in SERVICES["worker"]["command"]
    assert "--queues gpu --concurrency 1" in SERVICES["gpu-worker"]["command"]


def test_ports_are_published_on_this_machine_alone():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


@pytest.mark.parametrize("name", AIRFLOW_SERVICES[1:])
def test_airflow_waits_for_the_database_and_the_pools(name):
    assert SERVICES[name]["depends_on"]["init"]["condition"] == "service_completed_successfully"
    assert "pools import" in " ".join(SERVICES["init"]["command"])


def test_named_volumes_and_dockerfiles_exist():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith("./") or source in COMPOSE["volumes"]
        if "build" in service:
            assert (ROOT / service["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("name", AIRFLOW_SERVICES)
@pytest.mark.parametrize(
    "setting", ["AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CORE__FERNET_KEY"]
)
def test_secrets_are_shared_by_all_services(name, setting):
    """With keys of their own, a worker refuses the api-server that asks for a task's log."""
    assert SERVICES[name]["environment"][setting] == SERVICES["api-server"]["environment"][setting]
    assert setting == "AIRFLOW__CORE__FERNET_KEY" or resolved(SERVICES[name]["environment"][setting])


@pytest.mark.parametrize("name", AIRFLOW_SERVICES)
def test_the_provider_reads_the_artifact_root_that_is_mounted(name, monkeypatch):
    environment = SERVICES[name]["environment"]
    for setting, value in environment.items():
        if setting.startswith("AIRFLOW__AIRFLOWNET__"):
            monkeypatch.setenv(setting, value)
    assert artifact_root({}) == environment["AIRFLOWNET_ARTIFACTS"]
    mounted = [volume.split(":")[1] for volume in SERVICES[name]["volumes"]]
    assert artifact_root({}) in mounted


def resolved(value: str) -> str:
    """The value as compose sees it when nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def llama_flags() -> list[str]:
    return [resolved(part) for part in SERVICES["llama-server"]["command"]]


@pytest.mark.parametrize("name", recipe_names())
def test_a_slot_of_the_llama_server_holds_what_every_recipe_asks(name):
    flags = llama_flags()
    n_slots, context = (int(flags[flags.index(flag) + 1]) for flag in ("--parallel", "--ctx-size"))
    asked = load_recipe(name).inference.context_tokens_per_slot
    assert context // n_slots >= asked
    assert "--no-kv-unified" in flags, "the slots would share one context"


@pytest.mark.llama
def test_our_own_check_accepts_the_llama_server(llama_cpp, models, tmp_path):
    replaced = {"0.0.0.0": "127.0.0.1", "8080": str(free_port())}
    flags = [replaced.get(flag, flag) for flag in llama_flags()]
    flags = [flag.replace("/models/", f"{models}/") for flag in flags]
    settings = InferenceSettings(context_tokens_per_slot=1024)
    url = f"http://127.0.0.1:{replaced['8080']}"

    async def is_accepted() -> bool:
        files = Models.of(models / "base.gguf", models / "adapter.gguf")
        async with open_endpoints([url], settings, files) as (endpoint,):
            return await check_adapter(endpoint.client, list(range(65, 105)))

    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([llama_cpp.server, *flags, "--threads", "1"], stdout=log, stderr=log)
        try:
            wait_until_ready(url, timeout_s=60)
            assert asyncio.run(is_accepted())
        finally:
            process.terminate()
            process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_compose_itself_accepts_the_file():
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("the docker compose plugin is not installed")
    command = [docker, "compose", "--profile", "gpu", "--profile", "llama", "config", "--format", "json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert set(json.loads(answer.stdout)["services"]) == set(SERVICES)


def test_the_file_obeys_the_schema_of_the_compose_specification():
    command = [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema"]
    command += ["vendor.compose-spec", "docker-compose.yaml"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
