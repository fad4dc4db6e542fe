"""The ``gpu_worker`` connection: which GPUs of a worker tasks may use, and with which interpreter they train.

Without the connection, all GPUs may be used. On a machine without a GPU the task runs on the CPU.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

if TYPE_CHECKING:
    from airflownet.toolchain.gpu_devices import GpuDevice

VISIBLE = "CUDA_VISIBLE_DEVICES"
DEFAULT_WAIT_S = 3600.0


class GpuHook(BaseHook):
    """The GPUs of the machine that the task runs on.

    Args:
        gpu_conn_id: the connection.
    """

    conn_name_attr = "gpu_conn_id"
    default_conn_name = "gpu_worker_default"
    conn_type = "gpu_worker"
    hook_name = "GPU worker"

    def __init__(self, gpu_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.gpu_conn_id = gpu_conn_id

    @cached_property
    def _extra(self) -> dict[str, Any]:
        try:
            return dict(self.get_connection(self.gpu_conn_id).extra_dejson)
        except AirflowNotFoundException:
            return {}

    @property
    def among(self) -> tuple[int, ...]:
        """Indices that tasks may use; empty means all.

        Raises:
            InputError: the connection's devices are no list of numbers.
        """
        from airflownet.errors import InputError

        text = str(self._extra.get("devices") or "")
        try:
            return tuple(int(part) for part in text.split(",") if part.strip())
        except ValueError:
            raise InputError(
                f"connection {self.gpu_conn_id}: devices {text!r} is no list of numbers", "write it as 0,1"
            ) from None

    def devices(self) -> list[GpuDevice]:
        """Returns the GPUs that tasks may use, with their free memory; empty without a driver."""
        from airflownet.toolchain.gpu_devices import list_devices

        return [device for device in list_devices() if not self.among or device.index in self.among]

    @contextlib.contextmanager
    def lease(self) -> Iterator[GpuDevice | None]:
        """Yields a GPU that no other task has, and lets this process and its children see that one alone.

        None on a machine without a GPU. The lease ends with the block, and with the process.

        Raises:
            ServerError: none became free in time.
        """
        from airflownet.toolchain.gpu_lease import lease_gpu
        from airflownet.toolchain.training_environment import PYTHON_VARIABLE

        wait_s = self._extra.get("wait_s")
        with lease_gpu(
            among=self.among,
            min_free_bytes=int(float(self._extra.get("min_free_memory_gb") or 0) * 1e9),
            wait_s=DEFAULT_WAIT_S if wait_s in (None, "") else float(wait_s),
        ) as device:
            changes = {PYTHON_VARIABLE: str(self._extra.get("training_python") or "")}
            if device is not None:
                self.log.info(
                    "GPU %d (%s), %.1f of %.1f GB free",
                    device.index, device.name, device.free_bytes / 1e9, device.total_bytes / 1e9,
                )  # fmt: skip
                changes[VISIBLE] = device.uuid
            with _environment({name: value for name, value in changes.items() if value}):
                yield device

    def get_conn(self) -> list[GpuDevice]:
        """Returns ``devices()``."""
        return self.devices()

    def test_connection(self) -> tuple[bool, str]:
        """Returns what GPUs there are on the machine that tests it."""
        from airflownet.errors import AirflowNetError

        try:
            found = self.devices()
        except AirflowNetError as error:
            return False, str(error)
        if not found:
            return not self.among, "no GPU on this machine: tasks run on the CPU"
        return True, "; ".join(f"GPU {d.index} {d.name}, {d.free_bytes / 1e9:.1f} GB free" for d in found)


@contextlib.contextmanager
def _environment(changes: dict[str, str]) -> Iterator[None]:
    earlier = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in earlier.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
