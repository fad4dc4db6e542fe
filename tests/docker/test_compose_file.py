"""docker-compose.yaml without an engine: the shape that the documentation promises."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

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


def test_compose_itself_accepts_the_file():
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("the docker compose plugin is not installed")
    command = [docker, "compose", "--profile", "gpu", "--profile", "llama", "config", "--format", "json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert set(json.loads(answer.stdout)["services"]) == set(SERVICES)
