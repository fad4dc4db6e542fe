"""The examples in ``deploy/``: what the DAGs need is there, and chart and edge provider know the words.

The chart is not in this repository: with ``AIRFLOWNET_CHART=airflow-1.22.0.tgz`` (Airflow's own archive
of it) the values are held against its schema.
"""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cluster.topology import COMPONENTS, DEFAULT_QUEUE, GPU_QUEUE, SETTINGS

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
CHART = os.environ.get("AIRFLOWNET_CHART", "")
CHART_VERSION = "1.22.0"
VALUES = {path.name: yaml.safe_load(path.read_text()) for path in (DEPLOY / "kubernetes").glob("*.yaml")}
needs_chart = pytest.mark.skipif(not CHART, reason="AIRFLOWNET_CHART names no archive of Airflow's chart")


def of_chart(name: str) -> str:
    with tarfile.open(CHART) as archive:
        file = archive.extractfile(f"airflow/{name}")
        assert file is not None
        return file.read().decode()


def variables(path: Path) -> dict[str, str]:
    lines = (line for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def refusals(values: dict[str, Any]) -> list[str]:
    """What the schema refuses, and the names it does not know: below `workers.celery` it takes any."""
    from jsonschema import Draft7Validator

    schema = json.loads(of_chart("values.schema.json"))
    refused = [error.message for error in Draft7Validator(schema).iter_errors(values)]
    return refused + list(unknown(values, schema, ""))


def unknown(values: Any, schema: dict[str, Any], place: str) -> Iterator[str]:
    properties = schema.get("properties")
    if not isinstance(values, dict) or properties is None:
        return
    for name, value in values.items():
        if name in properties:
            yield from unknown(value, properties[name], f"{place}.{name}")
        elif not isinstance(schema.get("additionalProperties"), dict):
            yield f"{place}.{name}"


@needs_chart
@pytest.mark.parametrize("name", VALUES)
def test_the_chart_takes_the_values(name):
    assert yaml.safe_load(of_chart("Chart.yaml"))["version"] == CHART_VERSION
    assert refusals(VALUES[name]) == []
    assert len(refusals({"workers": {"celery": {"replcas": 2, "queue": 3}}})) == 2


def test_workers_are_those_of_the_cluster():
    workers = VALUES["values-celery.yaml"]["workers"]["celery"]
    (gpu,) = workers["sets"]
    assert (workers["queue"], gpu["queue"]) == (DEFAULT_QUEUE, GPU_QUEUE)
    words = {component.name: component.words for component in COMPONENTS}
    concurrency = str(VALUES["values-celery.yaml"]["config"]["celery"]["worker_concurrency"])
    assert words["worker"][-1] == concurrency
    assert {"name": "AIRFLOW__CELERY__WORKER_CONCURRENCY", "value": words["gpu-worker"][-1]} in gpu["env"]


def test_a_lost_worker_is_missed_as_soon_as_elsewhere():
    for name, value in VALUES["values-celery.yaml"]["config"]["scheduler"].items():
        assert SETTINGS[f"AIRFLOW__SCHEDULER__{name.upper()}"] == str(value)


def test_gpu_tasks_go_where_gpus_are():
    """The executor that is named for them is one of the configured."""
    mixed = VALUES["values-kubernetes-executor.yaml"]
    central = variables(DEPLOY / "edge" / "central.env")
    for executors, gpu in (
        (mixed["executor"], mixed["config"]["airflownet"]["gpu_executor"]),
        (central["AIRFLOW__CORE__EXECUTOR"], central["AIRFLOW__AIRFLOWNET__GPU_EXECUTOR"]),
    ):
        assert gpu in [name.rsplit(".", 1)[-1] for name in executors.split(",")]


def test_a_gpu_task_takes_the_executor_of_the_settings(monkeypatch):
    from airflow.sdk import DAG

    from airflownet_provider.gpu_task import gpu_task

    monkeypatch.setenv("AIRFLOW__AIRFLOWNET__GPU_EXECUTOR", "EdgeExecutor")
    with DAG("one", schedule=None) as dag:
        gpu_task(python_callable=lambda: None, task_id="train")()
    assert dag.get_task("train").executor == "EdgeExecutor"


@pytest.mark.parametrize("name", ["central.env", "worker.env"])
def test_the_edge_provider_knows_the_settings(name):
    info = pytest.importorskip("airflow.providers.edge3.get_provider_info").get_provider_info()
    known = info["config"]["edge"]["options"]
    given = [key.removeprefix("AIRFLOW__EDGE__").lower() for key in variables(DEPLOY / "edge" / name)]
    assert [key for key in given if not key.startswith("airflow__") and key not in known] == []
    executors = variables(DEPLOY / "edge" / name)["AIRFLOW__CORE__EXECUTOR"].split(",")
    assert set(info["executors"]) & set(executors)
