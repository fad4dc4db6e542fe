"""The NVIDIA GPUs of this machine and their free memory, asked of the driver's own library (NVML).

``list_devices()`` is empty where there is no driver. Source: nvml.h of the CUDA toolkit; the library comes
with the driver, so nothing has to be installed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from airflownet.errors import SetupError

LIBRARY = "libnvidia-ml.so.1"
_TEXT_BYTES = 96


@dataclass(frozen=True, slots=True)
class GpuDevice:
    """One GPU at one moment."""

    index: int
    uuid: str
    """The driver's own name, such as ``GPU-5c9...``; what ``CUDA_VISIBLE_DEVICES`` takes."""
    name: str
    total_bytes: int
    free_bytes: int


class _Memory(ctypes.Structure):
    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


def list_devices(library: str = LIBRARY) -> list[GpuDevice]:
    """Returns the GPUs by index; empty without NVIDIA's driver.

    Raises:
        SetupError: the driver is there and does not work.
    """
    try:
        nvml = ctypes.CDLL(library)
    except OSError:
        return []
    with _session(nvml):
        count = ctypes.c_uint()
        _check(nvml, "nvmlDeviceGetCount_v2", ctypes.byref(count))
        return [_device(nvml, index) for index in range(count.value)]


@contextmanager
def _session(nvml: ctypes.CDLL) -> Iterator[None]:
    _check(nvml, "nvmlInit_v2")
    try:
        yield
    finally:
        nvml.nvmlShutdown()


def _device(nvml: ctypes.CDLL, index: int) -> GpuDevice:
    handle, memory = ctypes.c_void_p(), _Memory()
    name, uuid = ctypes.create_string_buffer(_TEXT_BYTES), ctypes.create_string_buffer(_TEXT_BYTES)
    _check(nvml, "nvmlDeviceGetHandleByIndex_v2", ctypes.c_uint(index), ctypes.byref(handle))
    _check(nvml, "nvmlDeviceGetName", handle, name, ctypes.c_uint(_TEXT_BYTES))
    _check(nvml, "nvmlDeviceGetUUID", handle, uuid, ctypes.c_uint(_TEXT_BYTES))
    _check(nvml, "nvmlDeviceGetMemoryInfo", handle, ctypes.byref(memory))
    return GpuDevice(index, uuid.value.decode(), name.value.decode(), memory.total, memory.free)


def _check(nvml: ctypes.CDLL, function: str, *arguments: object) -> None:
    code = getattr(nvml, function)(*arguments)
    if code != 0:
        nvml.nvmlErrorString.restype = ctypes.c_char_p
        reason = (nvml.nvmlErrorString(code) or b"").decode(errors="replace")
        raise SetupError(
            f"NVIDIA's driver does not work: {function} gave {code} ({reason})",
            "see what `nvidia-smi` says on this machine, then run again",
        )
