"""The Python that trains: an environment with torch, trl, peft and bitsandbytes, shared by all clones.

Airflow's pins and torch's stack do not mix, so training and export run as a subprocess of this
interpreter. ``AIRFLOWNET_TRAIN_PYTHON`` names another one and wins.

Installed by pip, which takes a CPU wheel wherever it is offered one (``PIP_FIND_LINKS``,
``PIP_EXTRA_INDEX_URL``, pip's configuration). See ``torch_wheel`` for what happens where it is not.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import SetupError
from airflownet.toolchain.pip_environment import create, install, upgrade_pip
from airflownet.toolchain.torch_wheel import cuda_allowed, refuse_cuda_wheel
from airflownet.toolchain.waiting_lock import waiting_lock

PYTHON_VARIABLE = "AIRFLOWNET_TRAIN_PYTHON"
REQUIREMENTS = Path(__file__).parents[3] / "requirements-train.txt"
IMPORTS = (
    "torch",
    "transformers",
    "trl",
    "peft",
    "bitsandbytes",
    "accelerate",
    "datasets",
    "gguf",
    "pydantic",
)
READY = "READY.json"
NEEDED_BYTES = 4_000_000_000
NEEDED_WITH_CUDA_BYTES = 15_000_000_000
IMPORT_TIMEOUT_S = 600

_REPORT_VERSIONS = """
import importlib, importlib.metadata, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
torch = sys.modules.get("torch")
print(json.dumps({
    "versions": {name: importlib.metadata.version(name) for name in sys.argv[1:]},
    "cuda": torch.version.cuda if torch else None,
}))
"""


def find_training_python() -> Path:
    """Returns the interpreter of the training environment; makes and checks nothing that takes long.

    Raises:
        SetupError: the environment is not there, or AIRFLOWNET_TRAIN_PYTHON is no program.
    """
    if chosen := _chosen_python():
        return chosen
    python = _python_of(environment_dir())
    if not is_ready():
        raise SetupError(
            "the training environment is not set up yet",
            f"run `make setup` (minutes, once), or set {PYTHON_VARIABLE} to a Python that has torch and trl",
        )
    return python


def training_python_or_none() -> Path | None:
    """Returns what ``find_training_python`` does, or None where it raises."""
    try:
        return find_training_python()
    except SetupError:
        return None


def ensure_training_environment() -> Path:
    """Returns the interpreter of the training environment, made from requirements-train.txt when missing.

    Raises:
        NetworkError: a package could not be downloaded; packages already downloaded stay in pip's cache.
        SetupError: pip has only torch's CUDA wheel to offer, or the environment's imports do not work.
        DiskSpaceError: less than 4 GB free.
    """
    if chosen := _chosen_python():
        check_imports(chosen)
        return chosen
    folder = environment_dir()
    if is_ready():
        return _python_of(folder)
    with waiting_lock(folder.with_suffix(".lock"), "The training environment"):
        if not is_ready():
            _make(folder)
    return _python_of(folder)


def environment_dir() -> Path:
    """Returns where the environment of these requirements and this Python lies (or would lie)."""
    if not REQUIREMENTS.is_file():
        raise SetupError(
            f"{REQUIREMENTS} is not there: this is not a clone of the repository",
            f"set {PYTHON_VARIABLE} to a Python that has torch, transformers, trl, peft and bitsandbytes",
        )
    facts = [
        REQUIREMENTS.read_text(),
        f"{sys.version_info.major}.{sys.version_info.minor}",
        platform.system(),
        platform.machine(),
        f"cuda allowed: {cuda_allowed()}",
    ]
    return cache_dir("envs") / f"train-{hashlib.sha256(chr(10).join(facts).encode()).hexdigest()[:16]}"


def is_ready() -> bool:
    """Tells whether the environment was finished, checked, and its base Python is still installed."""
    folder = environment_dir()
    return (folder / READY).is_file() and os.access(_python_of(folder), os.X_OK)


def installed_versions() -> dict[str, str]:
    """Returns the versions that were checked when the environment was made; empty when it is not ready."""
    stamp = environment_dir() / READY
    if not stamp.is_file():
        return {}
    versions: dict[str, str] = json.loads(stamp.read_text())["versions"]
    return versions


def check_imports(python: Path, imports: Sequence[str] = IMPORTS) -> dict[str, object]:
    """Imports the packages there; returns ``{"versions": {name: version}, "cuda": str | None}``.

    Raises:
        SetupError: one of them is missing or broken; the message has the import's own last line.
    """
    command = [str(python), "-c", _REPORT_VERSIONS, *imports]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=IMPORT_TIMEOUT_S, check=False)
    if answer.returncode != 0:
        reason = (answer.stderr.strip().splitlines() or ["no message"])[-1]
        raise SetupError(
            f"{python} cannot be used for training: {reason}",
            f"correct or unset {PYTHON_VARIABLE}"
            if os.environ.get(PYTHON_VARIABLE)
            else f"delete {python.parent.parent} and run `make setup` again",
        )
    report: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return report


def _make(folder: Path) -> None:
    needed_bytes = NEEDED_WITH_CUDA_BYTES if cuda_allowed() else NEEDED_BYTES
    require_free_disk(folder, needed_bytes, "The training environment")
    # Environments cannot be renamed (their scripts hold their path): without its stamp it is begun anew.
    shutil.rmtree(folder, ignore_errors=True)
    python = create(folder)
    upgrade_pip(python)
    if not cuda_allowed():
        refuse_cuda_wheel(python, REQUIREMENTS)
    install(python, REQUIREMENTS, folder.with_suffix(".log"), "Installing the training environment")
    report = check_imports(python)
    if report["cuda"] is not None and not cuda_allowed():
        raise SetupError(
            f"pip installed torch for CUDA {report['cuda']} although a CPU wheel was expected",
            "set AIRFLOWNET_ALLOW_CUDA_TORCH=1 if that is what you want, and run `make setup` again",
        )
    partial = folder / f"{READY}.partial"
    partial.write_text(json.dumps(report, indent=2) + "\n")
    partial.replace(folder / READY)


def _chosen_python() -> Path | None:
    chosen = os.environ.get(PYTHON_VARIABLE)
    if not chosen:
        return None
    path = shutil.which(Path(chosen).expanduser())
    if path is None:
        raise SetupError(f"{PYTHON_VARIABLE}={chosen} is no program", f"correct or unset {PYTHON_VARIABLE}")
    return Path(path).absolute()


def _python_of(folder: Path) -> Path:
    return folder / "bin" / "python"
