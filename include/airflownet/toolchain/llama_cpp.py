"""llama.cpp's programs and convert scripts: from PATH when recent enough, else built once.

``find_llama_cpp().server`` is the path of a llama-server that has what the inference stage asks of it.
``AIRFLOWNET_LLAMA_CPP_DIR`` names a folder with other binaries and wins over PATH.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from airflownet.errors import SetupError
from airflownet.toolchain.llama_cpp_build import PROGRAMS, ensure_built, is_built, program_dir
from airflownet.toolchain.llama_cpp_source import (
    BUILD_NUMBER,
    CONVERT_HF,
    CONVERT_LORA,
    ensure_scripts,
    script_dir,
)

log = logging.getLogger(__name__)

# Every test runs against the pinned build; an older server may lack a request field or answer differently.
OLDEST_BUILD = BUILD_NUMBER
FOLDER_VARIABLE = "AIRFLOWNET_LLAMA_CPP_DIR"
VERSION_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class LlamaCpp:
    """The programs of one llama.cpp version.

    Attributes:
        server: llama-server.
        quantize: llama-quantize.
        batched_bench: llama-batched-bench.
        convert_hf_to_gguf: the script that exports a model; run it with the training environment's Python.
        convert_lora_to_gguf: the script that exports an adapter; the same.
        version: what llama-server calls itself, such as "b11434 (0c1e570)".
        origin: "path" for binaries found, "built" for binaries built from the pinned source.
    """

    server: Path
    quantize: Path
    batched_bench: Path
    convert_hf_to_gguf: Path
    convert_lora_to_gguf: Path
    version: str
    origin: str


@dataclass(frozen=True, slots=True)
class Version:
    """What ``llama-server --version`` says."""

    build_number: int
    commit: str

    def __str__(self) -> str:
        return f"b{self.build_number} ({self.commit})"


def find_llama_cpp() -> LlamaCpp:
    """Returns the tools without building or downloading anything.

    Raises:
        SetupError: they are not there yet, or AIRFLOWNET_LLAMA_CPP_DIR names a folder that cannot serve.
    """
    programs = _programs_found()
    scripts = _scripts_beside(programs) or script_dir()
    if programs is None and is_built():
        programs = program_dir()
    if programs is None or not (scripts / CONVERT_HF).is_file():
        raise SetupError(
            "llama.cpp's programs are not set up yet", "run `make setup` (about 5 minutes on 2 cores, once)"
        )
    return _tools(programs, scripts)


def find_llama_cpp_or_none() -> LlamaCpp | None:
    """Returns what ``find_llama_cpp`` does, or None where it raises."""
    try:
        return find_llama_cpp()
    except SetupError:
        return None


def ensure_llama_cpp() -> LlamaCpp:
    """Returns the tools; builds them from the pinned source when there are none (see ``ensure_built``)."""
    programs = _programs_found() or ensure_built()
    return _tools(programs, _scripts_beside(programs) or ensure_scripts())


def read_version(server: Path) -> Version | None:
    """Returns the version of a llama-server, or None when it does not run or does not say.

    Two forms are in use: ``version: 0.5.0-dev (build 11434, commit 0c1e570)`` and, before it,
    ``version: 6123 (0c1e570)``.
    """
    try:
        answer = subprocess.run(
            [str(server), "--version"], capture_output=True, text=True, timeout=VERSION_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = answer.stdout + answer.stderr
    found = re.search(r"build:? (\d+),? commit:? (\w+)", text) or re.search(r"version: (\d+) \((\w+)\)", text)
    return Version(int(found[1]), found[2]) if found and answer.returncode == 0 else None


def list_devices(server: Path) -> list[str]:
    """Returns the GPUs that a llama-server can compute on, as it names them; empty for a CPU build."""
    try:
        answer = subprocess.run(
            [str(server), "--list-devices"],
            capture_output=True,
            text=True,
            timeout=VERSION_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return re.findall(r"^  ((?:CUDA|ROCm|Vulkan|Metal|SYCL|MTL)\w*: .+)$", answer.stdout, re.MULTILINE)


def _programs_found() -> Path | None:
    """Returns the folder of the user's own binaries: the variable's (or an error), else PATH's (or None)."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        folder = Path(chosen).expanduser().resolve()
        if reason := _why_unusable(folder):
            raise SetupError(f"{FOLDER_VARIABLE}={chosen}: {reason}", f"correct or unset {FOLDER_VARIABLE}")
        return folder
    server = shutil.which("llama-server")
    if server is None:
        return None
    folder = Path(server).absolute().parent
    if reason := _why_unusable(folder):
        log.info("llama.cpp on PATH is not used: %s", reason)
        return None
    return folder


def _why_unusable(folder: Path) -> str | None:
    missing = [name for name in PROGRAMS if not os.access(folder / name, os.X_OK)]
    if missing:
        return f"{folder} has no {', '.join(missing)}"
    version = read_version(folder / "llama-server")
    if version is None:
        return f"{folder / 'llama-server'} --version gives no build number"
    if version.build_number < OLDEST_BUILD:
        return f"{folder} has build {version.build_number}; build {OLDEST_BUILD} or newer is needed"
    return None


def _scripts_beside(programs: Path | None) -> Path | None:
    """Returns the folder of the user's own convert scripts when it is complete (a llama.cpp checkout)."""
    for folder in (programs, programs.parent, programs.parent.parent) if programs else ():
        if all((folder / part).exists() for part in (CONVERT_HF, CONVERT_LORA, "conversion", "gguf-py")):
            return folder
    return None


def _tools(programs: Path, scripts: Path) -> LlamaCpp:
    version = read_version(programs / "llama-server")
    if version is None:
        raise SetupError(
            f"{programs / 'llama-server'} does not run on this machine",
            f"delete {programs.parent} and run `make setup` again",
        )
    return LlamaCpp(
        server=programs / "llama-server",
        quantize=programs / "llama-quantize",
        batched_bench=programs / "llama-batched-bench",
        convert_hf_to_gguf=scripts / CONVERT_HF,
        convert_lora_to_gguf=scripts / CONVERT_LORA,
        version=str(version),
        origin="built" if programs == program_dir() else "path",
    )
