"""One GPU for one task: a lock per device, which ends with the process that holds it, however that ends.

Two tasks of one machine never get the same device by accident. Only who asks is held off: other programs on
the GPU are seen by the memory they leave free.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from airflownet.cache import cache_dir
from airflownet.errors import ServerError
from airflownet.toolchain.gpu_devices import GpuDevice, list_devices

log = logging.getLogger(__name__)

POLL_S = 5.0


@contextmanager
def lease_gpu(
    *,
    among: Collection[int] = (),
    min_free_bytes: int = 0,
    wait_s: float = 3600.0,
    devices: Callable[[], list[GpuDevice]] | None = None,
) -> Iterator[GpuDevice | None]:
    """Yields a GPU that nobody else has leased, the one with most free memory; None on a machine without.

    Args:
        among: indices to choose from; empty means all.
        min_free_bytes: memory that must be free.
        wait_s: how long to wait for one.
        devices: asks what there is; the driver without.

    Raises:
        ServerError: none became free in time; it names who is short of what.
    """
    deadline = time.monotonic() + wait_s
    told = False
    while True:
        found = [device for device in (devices or list_devices)() if not among or device.index in among]
        if not found and not among:
            yield None
            return
        for device in sorted(found, key=lambda device: -device.free_bytes):
            if device.free_bytes < min_free_bytes:
                continue
            lock = FileLock(cache_dir("leases") / f"{device.uuid}.lock", timeout=0)
            try:
                lock.acquire()
            except Timeout:
                continue
            try:
                yield device
            finally:
                lock.release()
            return
        state = ", ".join(f"GPU {device.index} {device.free_bytes / 1e9:.1f} GB free" for device in found)
        if time.monotonic() >= deadline:
            raise ServerError(
                f"no GPU was to be had within {wait_s:.0f} s: "
                f"{min_free_bytes / 1e9:.1f} GB asked for, {state or f'none of {sorted(among)} is there'}",
                "end what uses them, or correct devices and min_free_memory_gb of the gpu_worker connection",
            )
        if not told:
            log.info("waiting for a GPU: %s", state or f"none of {sorted(among)} is there")
            told = True
        time.sleep(min(POLL_S, max(deadline - time.monotonic(), 0.01)))
