"""cmake and ninja: the ones on PATH when recent enough, else their wheels in an environment of their own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from airflownet.cache import cache_dir
from airflownet.errors import NetworkError, SetupError

# llama.cpp asks for cmake 3.14; its compile plan needs calls deferred to a folder's end, new in 3.19.
OLDEST_CMAKE = (3, 19)
OLDEST_NINJA = (1, 10)
WHEELS = ("cmake==4.4.4", "ninja==1.13.2")
INSTALL_TIMEOUT_S = 600


@dataclass(frozen=True, slots=True)
class BuildTools:
    """The two programs a build needs."""

    cmake: Path
    ninja: Path


def ensure_build_tools() -> BuildTools:
    """Returns usable cmake and ninja programs, installing their wheels into the cache when PATH has none.

    Raises:
        NetworkError: the wheels could not be installed.
        SetupError: this Python cannot make virtual environments.
    """
    cmake, ninja = _recent("cmake", OLDEST_CMAKE), _recent("ninja", OLDEST_NINJA)
    if cmake is None or ninja is None:
        folder = _wheels_folder()
        cmake, ninja = cmake or folder / "cmake", ninja or folder / "ninja"
    return BuildTools(cmake, ninja)


def _recent(name: str, oldest: tuple[int, int]) -> Path | None:
    path = shutil.which(name)
    if path is None:
        return None
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\d+)\.(\d+)", answer.stdout)
    if answer.returncode != 0 or found is None:
        return None
    return Path(path) if (int(found[1]), int(found[2])) >= oldest else None


def _wheels_folder() -> Path:
    name = "-".join(wheel.replace("==", "-") for wheel in WHEELS)
    folder = cache_dir("build-tools") / f"{name}-py{sys.version_info.major}.{sys.version_info.minor}"
    ready = folder / "READY"
    with FileLock(f"{folder}.lock"):
        if not ready.is_file():
            shutil.rmtree(folder, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(folder)], "make a virtual environment")
            _run(
                [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *WHEELS],
                "install cmake and ninja",
            )
            ready.touch()
    return folder / "bin"


def _run(command: list[str], what: str) -> None:
    answer = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False)
    if answer.returncode == 0:
        return
    text = (answer.stderr or answer.stdout).strip()
    last_line = text.splitlines()[-1] if text else f"exit {answer.returncode}"
    if "pip" in command:
        raise NetworkError(
            f"could not {what}: {last_line}; nothing was lost",
            "connect to the network and run `make setup` again, or install cmake and ninja on PATH",
        )
    raise SetupError(f"could not {what}: {last_line}", "install Python's venv module (Debian: python3-venv)")
