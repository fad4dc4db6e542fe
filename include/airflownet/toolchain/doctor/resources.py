"""Free disk for artifacts and cache, memory, and the GPU."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil

from airflownet.cache import cache_dir
from airflownet.toolchain.airflow_settings import CLONE
from airflownet.toolchain.doctor.finding import Finding, State
from airflownet.toolchain.llama_cpp import find_llama_cpp_or_none
from airflownet.toolchain.training_environment import training_python_or_none

FAMILY = "Resources"
ARTIFACT_BYTES = 1_000_000_000
CACHE_BYTES = 500_000_000
SETUP_BYTES = 6_000_000_000
MEMORY_BYTES = 4_000_000_000


def find_resources() -> Iterator[Finding]:
    """Yields free disk where artifacts and the cache lie, memory, and an NVIDIA GPU if there is one."""
    yield _artifact_disk()
    done = find_llama_cpp_or_none() is not None and training_python_or_none() is not None
    needed_bytes = CACHE_BYTES if done else SETUP_BYTES
    yield _disk("disk for the cache", cache_dir(), needed_bytes, "AIRFLOWNET_CACHE_DIR")
    available_bytes = psutil.virtual_memory().available
    enough = available_bytes >= MEMORY_BYTES
    detail = f"{available_bytes / 1e9:.1f} GB available, {psutil.cpu_count()} processors"
    remedy = "" if enough else "close other programs: the demo's largest step takes about 3 GB"
    yield Finding(FAMILY, "memory", State.PRESENT if enough else State.OPTIONAL, detail, remedy)
    yield _gpu()


def _artifact_disk() -> Finding:
    root = os.environ.get("AIRFLOWNET_ARTIFACTS") or str(CLONE / "artifacts")
    if "://" in root and not root.startswith("file://"):
        return Finding(FAMILY, "disk for artifacts", State.PRESENT, f"{root} (not on this machine)")
    return _disk(
        "disk for artifacts", Path(root.removeprefix("file://")), ARTIFACT_BYTES, "AIRFLOWNET_ARTIFACTS"
    )


def _disk(name: str, path: Path, needed_bytes: int, variable: str) -> Finding:
    existing = path.absolute()
    while not existing.exists():
        existing = existing.parent
    free_bytes = shutil.disk_usage(existing).free
    detail = f"{free_bytes / 1e9:.1f} GB free at {path} (needs {needed_bytes / 1e9:.1f})"
    if free_bytes >= needed_bytes:
        return Finding(FAMILY, name, State.PRESENT, detail)
    return Finding(FAMILY, name, State.MISSING, detail, f"free some space, or set {variable} to another disk")


def _gpu() -> Finding:
    absent = "without one the laptop recipe runs on the CPU; larger recipes need an NVIDIA GPU and its driver"
    program = shutil.which("nvidia-smi")
    if program is None:
        return Finding(FAMILY, "GPU", State.OPTIONAL, "none found (no nvidia-smi on PATH)", absent)
    command = [program, "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(FAMILY, "GPU", State.OPTIONAL, f"nvidia-smi does not answer ({error})", absent)
    lines = answer.stdout.strip().splitlines()
    if answer.returncode != 0 or not lines:
        return Finding(FAMILY, "GPU", State.OPTIONAL, "nvidia-smi finds no GPU", absent)
    return Finding(FAMILY, "GPU", State.PRESENT, "; ".join(lines))
