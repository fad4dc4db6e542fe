"""The ``gpu_worker`` connection and what a GPU task sees of the machine."""

from __future__ import annotations

import json
import os

import pytest

from airflownet.errors import InputError
from airflownet.toolchain import gpu_lease
from airflownet.toolchain.gpu_devices import GpuDevice
from airflownet_provider import get_provider_info
from airflownet_provider.gpu_task import GpuDecoratedOperator
from airflownet_provider.hooks.gpu_hook import GpuHook

DEVICES = [GpuDevice(n, f"GPU-{n}", "NVIDIA L4", 24 * 10**9, (20 + n) * 10**9) for n in range(3)]


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(gpu_lease, "list_devices", lambda: DEVICES)

    def define(**extra) -> GpuHook:
        connection = {"conn_type": "gpu_worker", "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_GPU_WORKER_DEFAULT", json.dumps(connection))
        return GpuHook()

    return define


def test_the_provider_registers_this_very_hook() -> None:
    entries = {entry["connection-type"]: entry for entry in get_provider_info()["connection-types"]}
    entry = entries[GpuHook.conn_type]
    assert entry["hook-class-name"] == f"{GpuHook.__module__}.{GpuHook.__qualname__}"
    assert entry["hook-name"] == GpuHook.hook_name


@pytest.mark.parametrize(
    ("extra", "visible"),
    [
        pytest.param({}, "GPU-2", id="most free memory"),
        pytest.param({"devices": "0, 1"}, "GPU-1", id="only these"),
        pytest.param({"min_free_memory_gb": 22, "devices": ""}, "GPU-2", id="enough memory"),
    ],
)
def test_a_task_sees_its_device_alone(connect, extra, visible) -> None:
    with connect(**extra, training_python="/opt/train/bin/python").lease():
        assert os.environ["CUDA_VISIBLE_DEVICES"] == visible
        assert os.environ["AIRFLOWNET_TRAIN_PYTHON"] == "/opt/train/bin/python"
    assert "CUDA_VISIBLE_DEVICES" not in os.environ


def test_the_operator_leases_while_it_runs(connect) -> None:
    connect(devices="1")
    seen = {}

    def work() -> None:
        seen.update(os.environ)

    operator = GpuDecoratedOperator(task_id="train", python_callable=work, op_args=(), op_kwargs={})
    operator.execute({})
    assert seen["CUDA_VISIBLE_DEVICES"] == "GPU-1"
    assert "CUDA_VISIBLE_DEVICES" not in os.environ


def test_devices_that_are_no_numbers_are_named(connect) -> None:
    with pytest.raises(InputError, match="devices 'first' is no list"):
        _ = connect(devices="first").among


def test_on_a_machine_without_a_gpu_the_connection_is_fine() -> None:
    works, text = GpuHook("not_defined_anywhere").test_connection()
    assert works, text
