"""The compose file and ``make cluster`` are one topology."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from cluster.plan import Plan, make_plan
from cluster.topology import (
    BROKER,
    COMPONENTS,
    DATABASE,
    LLAMA_SERVER,
    PLACES,
    REDIS_OPTIONS,
    SETTINGS,
)

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["services"]
SECRETS = ("postgres", "redis", "s3", "api", "jwt", "fernet")


def resolved(value: str) -> str:
    """The value as compose sees it when nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return make_plan(tmp_path)


def test_both_have_the_same_parts():
    assert set(SERVICES) == {DATABASE, BROKER, LLAMA_SERVER, "init", *(c.name for c in COMPONENTS)}


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda c: c.name)
def test_both_start_a_part_in_the_same_way(component):
    service = SERVICES[component.name]
    assert service["command"].split() == list(component.words)
    given = service["environment"]
    assert {name: resolved(given.get(name, "")) for name in SETTINGS} == SETTINGS
    assert set(PLACES) <= set(given)


def test_both_keep_the_queue_on_disk():
    assert SERVICES[BROKER]["command"][1:][: len(REDIS_OPTIONS)] == list(REDIS_OPTIONS)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda c: c.name)
def test_every_part_has_folders_of_its_own(plan, component):
    own = plan.environment(component.name)
    others = [plan.environment(other.name) for other in COMPONENTS if other is not component]
    assert set(PLACES) <= set(own)
    for setting in ("AIRFLOW_HOME", "AIRFLOWNET_CACHE_DIR", "TMPDIR"):
        assert own[setting] not in {environment[setting] for environment in others}


def test_the_gpu_worker_alone_can_train(plan):
    for component in COMPONENTS:
        plan.equip(component.name)
    assert [path.parts[-3] for path in plan.root.glob("*/cache/envs")] == ["gpu-worker"]


def test_every_cluster_has_secrets_and_ports_of_its_own(tmp_path):
    first, second = (make_plan(tmp_path) for _ in range(2))
    assert not set(first.secrets.values()) & set(second.secrets.values())
    assert len(set(first.ports.values())) == len(first.ports)


def test_a_setting_of_the_user_reaches_every_part(tmp_path):
    given = make_plan(tmp_path, settings={"AIRFLOW__CORE__LOAD_EXAMPLES": "True"})
    given.save()
    for component in COMPONENTS:
        environment = Plan.load(given.root).environment(component.name)
        assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "True"


def test_the_plan_is_readable_by_its_owner_alone(plan):
    plan.save()
    assert Plan.load(plan.root) == plan
    assert (plan.root / "plan.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda c: c.name)
def test_no_secret_is_on_a_command_line(plan, component):
    line = " ".join(plan.command(component))
    assert not [name for name in SECRETS if plan.secrets[name] in line]
