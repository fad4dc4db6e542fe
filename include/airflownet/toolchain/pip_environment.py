"""A virtual environment filled by pip, with progress, a log, and one clear message when it fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from airflownet.errors import DiskSpaceError, NetworkError, SetupError
from airflownet.progress import progress

# From pip 26 on a dry run reads a wheel's metadata alone instead of downloading the wheel.
PIP = "pip==26.3"
_STARTED = re.compile(r"^(?:Collecting|Requirement already satisfied:) ([\w.\-\[\]]+)")
_FETCHING = re.compile(r"^\s*(?:Downloading|Using cached|Processing) (\S+/)?(\S+?)(?: \(([^)]+)\))?$")
_NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolution|ConnectTimeout|ReadTimeout|ProxyError|Max retries exceeded"
    r"|Connection (?:refused|reset|broken)|Network is unreachable|Could not fetch URL \S+: (?!4)",
    re.IGNORECASE,
)


def create(folder: Path) -> Path:
    """Makes an empty environment of this Python at ``folder`` and returns its interpreter.

    Raises:
        SetupError: Python's venv or ensurepip module is not installed.
    """
    answer = subprocess.run(
        [sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise SetupError(
            f"Python could not make an environment at {folder}: {_last_line(answer.stdout + answer.stderr)}",
            "install Python's venv module (Debian and Ubuntu: sudo apt-get install python3-venv)",
        )
    return folder / "bin" / "python"


def upgrade_pip(python: Path) -> None:
    """Brings pip to the pinned version; where it cannot be had, the bundled one does (and downloads more)."""
    subprocess.run([*pip(python), "install", "--quiet", PIP], capture_output=True, check=False)


def pip(python: Path) -> list[str]:
    """Returns the beginning of a pip command for that interpreter; pip reads its own configuration."""
    return [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]


def install(python: Path, requirements: Path, log_path: Path, description: str) -> None:
    """Installs everything the requirements file pins.

    Raises:
        NetworkError: nothing answered; what pip has downloaded stays in its cache.
        DiskSpaceError: the disk became full.
        SetupError: any other failure; the message names the log.
    """
    lines = requirements.read_text().splitlines()
    total = sum(1 for line in lines if line.strip() and not line.lstrip().startswith("#"))
    # Compiling every module of torch and transformers ahead would double the time; imports compile their own.
    command = [*pip(python), "install", "--no-compile", "--progress-bar", "off", "-r", str(requirements)]
    with (
        log_path.open("w", buffering=1) as log_file,
        progress(description, total, "packages") as bar,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process,
    ):
        seen: set[str] = set()
        for line in process.stdout or ():
            log_file.write(line)
            if started := _STARTED.match(line):
                seen.add(started[1])
                bar.update(min(len(seen), total - 1))
            elif fetching := _FETCHING.match(line.rstrip()):
                bar.update(bar.done, f"{fetching[2][:40]} {fetching[3] or ''}".strip())
            elif line.startswith("Installing collected packages"):
                bar.update(total - 1, "unpacking")
        if process.wait() == 0:
            bar.update(total, "")
    if process.returncode != 0:
        raise failure(log_path.read_text(errors="replace"), description, log_path)


def failure(
    output: str, description: str, log_path: Path | None = None
) -> NetworkError | DiskSpaceError | SetupError:
    """Returns the error that says why pip failed, from what it printed."""
    reason = _last_line("\n".join(line for line in output.splitlines() if "ERROR" in line) or output)
    where = f" (log: {log_path})" if log_path else ""
    if "No space left on device" in output:
        return DiskSpaceError(
            f"{description}: the disk became full{where}",
            "free some space or set AIRFLOWNET_CACHE_DIR to another disk, and run `make setup` again",
        )
    if _NO_NETWORK.search(output):
        return NetworkError(
            f"{description}: the package index did not answer{where}; nothing finished is lost",
            "connect to the network, or set PIP_INDEX_URL to an index you can reach; then `make setup` again",
        )
    return SetupError(f"{description} failed: {reason}{where}", "mend the cause and run `make setup` again")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no message"
