"""Airflow's environment: ``.venv`` in the clone, exactly what the lock files pin, made by ``make``.

Runs before anything is installed, so it needs Python's standard library alone::

    PYTHONPATH=include python3 -m airflownet.toolchain.airflow_environment [--dev]

uv does the installing (seconds instead of minutes); what pip is configured with is passed on to it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from airflownet.errors import AirflowNetError, DiskSpaceError, NetworkError, SetupError

CLONE = Path(__file__).parents[3]
NEEDED_BYTES = 1_500_000_000
NO_ANSWER = re.compile(r"dns error|connect error|Connection|Failed to fetch|timed out|Network is unreachable")
READY, READY_DEV, LOCATION = "ready", "ready-dev", "location"


def main() -> int:
    """Makes or updates the environment; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with what checks and tests need")
    arguments = parser.parse_args()
    try:
        ensure_airflow_environment(CLONE, dev=arguments.dev)
    except AirflowNetError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code
    return 0


def ensure_airflow_environment(clone: Path, *, dev: bool) -> None:
    """Brings ``clone/.venv`` to the lock files' state and stamps it for make.

    Raises:
        SetupError: no venv module, or a package could not be installed.
        NetworkError: the package index did not answer.
        DiskSpaceError: less than 1.5 GB free.
    """
    folder = clone / ".venv"
    # Once the tests' packages are there they stay: `make demo` does not take them away from a developer.
    dev = dev or (folder / "bin" / "pytest").exists()
    for stamp in (READY, READY_DEV):
        (folder / stamp).unlink(missing_ok=True)
    _make(folder, clone)
    python = folder / "bin" / "python"
    settings = dict(os.environ) | uv_settings(pip_configuration(python)) | {"VIRTUAL_ENV": str(folder)}
    _say(f"Installing Airflow's environment into {folder} ...")
    uv = _pinned(clone / "requirements.txt", "uv")
    _run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", uv], dict(os.environ)
    )
    locks = ["requirements.txt", *(["requirements-dev.txt"] if dev else [])]
    program = str(folder / "bin" / "uv")
    _run([program, "pip", "sync", *(str(clone / lock) for lock in locks)], settings)
    _run([program, "pip", "install", "--quiet", "--no-deps", "--editable", str(clone)], settings)
    (folder / LOCATION).write_text(f"{clone}\n")
    for stamp in (READY, *([READY_DEV] if dev else [])):
        (folder / stamp).touch()


def uv_settings(pip: Mapping[str, str]) -> dict[str, str]:
    """Returns uv's environment variables for pip's index-url, extra-index-url, find-links and cert.

    Extra indexes on the local disk are left out: uv stops at a package such an index does not have.
    """
    settings = {}
    if address := pip.get("index-url"):
        settings["UV_DEFAULT_INDEX"] = address
    extra = [address for address in pip.get("extra-index-url", "").split() if address.startswith("http")]
    if extra:
        # pip takes the best version of all indexes; uv by default the first index that has the name.
        settings |= {"UV_INDEX": " ".join(extra), "UV_INDEX_STRATEGY": "unsafe-best-match"}
    if links := pip.get("find-links"):
        settings["UV_FIND_LINKS"] = ",".join(links.split())
    if certificate := pip.get("cert"):
        settings["SSL_CERT_FILE"] = certificate
    return {name: value for name, value in settings.items() if name not in os.environ}


def pip_configuration(python: Path) -> dict[str, str]:
    """Returns pip's options; the environment (``:env:``) wins over files, ``install`` over ``global``."""
    command = [str(python), "-m", "pip", "config", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    found = {}
    for section in ("global", "install", ":env:"):
        for line in answer.stdout.splitlines():
            if match := re.fullmatch(rf"{section}\.([\w-]+)='(.*)'", line.strip()):
                found[match[1]] = match[2].replace("\\n", " ")
    return found


def _make(folder: Path, clone: Path) -> None:
    python = folder / "bin" / "python"
    location = folder / LOCATION
    moved = location.is_file() and location.read_text().strip() != str(clone)
    if not moved and python.exists() and _works([str(python), "-m", "pip", "--version"]):
        return
    free_bytes = shutil.disk_usage(clone).free
    if free_bytes < NEEDED_BYTES:
        raise DiskSpaceError(
            f"Airflow's environment needs {NEEDED_BYTES / 1e9:.1f} GB free on the disk of {clone}, "
            f"but {free_bytes / 1e9:.2f} GB are left",
            "free some space, or put the clone on another disk",
        )
    command = [sys.executable, "-m", "venv", "--clear", str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        said = (answer.stdout + answer.stderr).strip().splitlines() or ["no message"]
        raise SetupError(
            f"{sys.executable} cannot make an environment: {said[0]}",
            "install Python's venv module (Debian and Ubuntu: sudo apt-get install python3-venv)",
        )


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _pinned(lock: Path, name: str) -> str:
    for line in lock.read_text().splitlines():
        if line.startswith(f"{name}=="):
            return line.split()[0]
    raise SetupError(f"{lock} does not pin {name}", "run `make lock`")


def _run(command: list[str], environment: dict[str, str]) -> None:
    """Runs one step, showing its lines as they come (but not uv's list of some 200 packages)."""
    output = []
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            if not line.startswith((" + ", " - ", " ~ ")):
                _say(f"  {line.rstrip()}")
    if process.returncode != 0:
        raise _failure(Path(command[0]).name, "".join(output))


def _failure(program: str, output: str) -> AirflowNetError:
    if "No space left" in output:
        return DiskSpaceError("the disk became full", "free some space and run the same command again")
    if NO_ANSWER.search(output):
        return NetworkError(
            "the package index did not answer; nothing finished is lost",
            "connect to the network, or set PIP_INDEX_URL to an index you can reach; then run it again",
        )
    return SetupError(f"{program} failed, see above", "mend the cause and run the same command again")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
