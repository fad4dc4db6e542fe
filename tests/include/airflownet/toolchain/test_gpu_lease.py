"""Devices through the real calling convention of NVML, and leases that end with their process."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import airflownet
from airflownet.errors import ServerError, SetupError
from airflownet.toolchain.gpu_devices import GpuDevice, list_devices
from airflownet.toolchain.gpu_lease import lease_gpu

# Two devices with 16 and 24 GB free; nvmlInit_v2 answers FAILS.
NVML = """
#include <string.h>
typedef struct { unsigned long long total, free, used; } memory;
int nvmlInit_v2(void) { return FAILS; }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int code) { return code == 9 ? "Driver Not Loaded" : "?"; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
  *device = (void *)(unsigned long)(0x7f0000000000 + index); return 0; }
int nvmlDeviceGetName(void *device, char *name, unsigned size) { strncpy(name, "NVIDIA L4", size); return 0; }
int nvmlDeviceGetUUID(void *device, char *uuid, unsigned size) {
  strncpy(uuid, (unsigned long)device & 1 ? "GPU-b" : "GPU-a", size); return 0; }
int nvmlDeviceGetMemoryInfo(void *device, memory *info) {
  info->total = 24000000000ULL; info->free = (unsigned long)device & 1 ? 24000000000ULL : 16000000000ULL;
  info->used = info->total - info->free; return 0; }
"""
FREE = [
    GpuDevice(0, "GPU-a", "NVIDIA L4", 24 * 10**9, 16 * 10**9),
    GpuDevice(1, "GPU-b", "NVIDIA L4", 24 * 10**9, 24 * 10**9),
]
HOLDER = """
import time
from airflownet.toolchain.gpu_devices import GpuDevice
from airflownet.toolchain.gpu_lease import lease_gpu
with lease_gpu(devices=lambda: [GpuDevice(0, "GPU-a", "", 1, 1)]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_leases(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path / "cache"))


def driver(folder: Path, fails: int) -> str:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    source, library = folder / "nvml.c", folder / "libnvidia-ml.so.1"
    source.write_text(NVML)
    subprocess.run([compiler, "-shared", "-fPIC", f"-DFAILS={fails}", "-o", library, source], check=True)
    return str(library)


def test_devices_are_read_from_the_driver(tmp_path):
    assert list_devices(driver(tmp_path, 0)) == FREE


def test_a_driver_that_does_not_work_says_why(tmp_path):
    with pytest.raises(SetupError, match=r"nvmlInit_v2 gave 9 \(Driver Not Loaded"):
        list_devices(driver(tmp_path, 9))


def test_no_driver_no_device():
    assert list_devices("libnvidia-ml-that-is-not-there.so") == []
    with lease_gpu(devices=list) as device:
        assert device is None


def test_two_tasks_never_share_a_device():
    with lease_gpu(devices=lambda: FREE) as first, lease_gpu(devices=lambda: FREE) as second:
        # The one with most memory goes first.
        assert (first.index, second.index) == (1, 0)
        with pytest.raises(ServerError, match="within 0 s"), lease_gpu(devices=lambda: FREE, wait_s=0):
            pass
    with lease_gpu(devices=lambda: FREE) as again:
        assert again.index == 1


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        pytest.param({"min_free_bytes": 30 * 10**9}, "30.0 GB asked for, GPU 0 16.0 GB free", id="memory"),
        pytest.param({"among": (7,)}, r"none of \[7\] is there", id="no such device"),
    ],
)
def test_what_is_missing_is_named(asked, named):
    with pytest.raises(ServerError, match=named), lease_gpu(devices=lambda: FREE, wait_s=0, **asked):
        pass


def test_a_killed_task_gives_its_device_back():
    environment = {**os.environ, "PYTHONPATH": str(Path(airflownet.__file__).parents[1])}
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, env=environment)
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(ServerError), lease_gpu(devices=lambda: FREE[:1], wait_s=0):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    started = time.monotonic()
    with lease_gpu(devices=lambda: FREE[:1], wait_s=10) as device:
        assert device.index == 0
    assert time.monotonic() - started < 9
