"""Which torch wheel would pip take here: one for the CPU, or one that brings gigabytes of GPU libraries?

Mac and Windows wheels of the public index are CPU wheels. Its Linux wheel is built for CUDA: it declares
cuda-toolkit, nvidia-* and triton (about 3 GB to download), and cannot be imported without them (tried
with ``pip install --no-deps``: "ImportError: libcudnn.so.9"). So a partial installation is no way out:
either pip is offered a CPU wheel, or the user says that the large one is wanted.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from packaging.requirements import Requirement

from airflownet.errors import SetupError
from airflownet.toolchain.pip_environment import failure, pip

ALLOW_VARIABLE = "AIRFLOWNET_ALLOW_CUDA_TORCH"
_GPU_PACKAGE = re.compile(r"^(nvidia-|cuda-|triton$|pytorch-triton)")


def cuda_allowed() -> bool:
    """Tells whether the user allows torch's CUDA wheel and its several GB of libraries."""
    return os.environ.get(ALLOW_VARIABLE, "") not in ("", "0")


def refuse_cuda_wheel(python: Path, requirements: Path) -> None:
    """Asks pip which torch it would install, without installing it.

    Raises:
        SetupError: pip would take a wheel that needs GPU libraries; the remedy lists the ways on.
        NetworkError: the index did not answer.
    """
    pinned = torch_requirement(requirements)
    if pinned is None:
        return
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        options = ["--dry-run", "--no-deps", "--ignore-installed", "--report", report.name]
        command = [*pip(python), "install", *options, pinned]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise failure(answer.stdout + answer.stderr, f"Looking for {pinned}")
        metadata = json.load(report)["install"][0]["metadata"]
    libraries = gpu_libraries(metadata.get("requires_dist", []))
    if libraries:
        raise SetupError(
            f"pip is offered only the CUDA build of {pinned} here; it needs {', '.join(libraries)} "
            "(about 3 GB to download, 7 GB on disk), which the demo does not use; nothing was installed",
            "one of: (1) offer pip the CPU wheel: PIP_EXTRA_INDEX_URL=<PyTorch's CPU index, named in "
            "its installation instructions> or PIP_FIND_LINKS=<folder with the wheel>; "
            f"(2) {ALLOW_VARIABLE}=1 to take the CUDA build all the same; "
            "(3) AIRFLOWNET_TRAIN_PYTHON=<a Python that has torch and trl>; then `make setup` again",
        )


def torch_requirement(requirements: Path) -> str | None:
    """Returns the line that pins torch, such as ``torch==2.13.0``."""
    for line in requirements.read_text().splitlines():
        if re.match(r"torch\s*==", line):
            return line.split("#")[0].split(";")[0].strip()
    return None


def gpu_libraries(requires_dist: list[str]) -> list[str]:
    """Returns the names of GPU packages among requirements that apply on this machine, sorted."""
    names = set()
    for text in requires_dist:
        requirement = Requirement(text)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and _GPU_PACKAGE.match(requirement.name.lower()):
            names.add(requirement.name.lower())
    return sorted(names)
