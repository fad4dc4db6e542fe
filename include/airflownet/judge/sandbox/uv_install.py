"""Fills a new environment with uv; tells what goes on, and what is missing when it fails.

Everything uv says goes to ``<folder>.log``; on standard error appear the lines that tell progress.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from airflownet.errors import AirflowNetError, DiskSpaceError, NetworkError, SetupError
from airflownet.toolchain.airflow_environment import NO_ANSWER, pip_configuration, uv_settings

DEBIAN_PACKAGES = (
    "default-libmysqlclient-dev", "pkg-config", "libldap2-dev", "libsasl2-dev", "libkrb5-dev",
    "unixodbc-dev", "gcc", "g++", "python3-dev",
)  # fmt: skip
"""What all official providers together need to be built where no wheel is offered."""
_SHOWN = re.compile(r"\s*(Resolved|Prepared|Installed|Building|Built|Downloading|error|warning: Failed)\b")
_FAILED = re.compile(r"Failed to (?:build|download and build) `?([\w.-]+(?:==[\w.+-]+)?)")
_LAST_LINES = 12
_PYTHON = "3.11"
"""What the catalogue's packages were resolved for."""


def install(folder: Path, pins: list[str], until: str, title: str) -> None:
    """Makes ``folder`` an environment that holds the pinned packages as of a date.

    Args:
        folder: made by this; must not exist.
        pins: requirements, ``name==version``.
        until: ``YYYY-MM-DD``; what was published later is not looked at.
        title: what it is, for messages.

    Raises:
        SetupError: uv is missing, or a package could not be built; names the Debian packages to install.
        NetworkError: the package index did not answer.
        DiskSpaceError: the disk became full.
    """
    uv = shutil.which(
        "uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    )
    if uv is None:
        raise SetupError("uv is not installed", "run `make setup`, or: pip install uv")
    log = folder.with_name(folder.name + ".log")
    log.write_text("")
    _say(f"Building {title}: {len(pins)} pinned packages and what they need (minutes; all of it in {log})")
    python = str(folder / "bin" / "python")
    wanted = folder.with_name(folder.name + ".in")
    wanted.write_text("\n".join(pins) + "\n")
    install = [uv, "pip", "install", "--python", python, "--exclude-newer", until, "-r", str(wanted)]
    try:
        for command in ([uv, "venv", "--quiet", "--python", _PYTHON, str(folder)], install):
            if _run(command, log) != 0:
                raise failure(title, log.read_text("utf-8", "replace"))
    finally:
        wanted.unlink(missing_ok=True)


def _run(command: list[str], log: Path) -> int:
    """Runs one step; its lines go to the log, those that tell progress to standard error as well."""
    settings = dict(os.environ) | uv_settings(pip_configuration(Path(sys.executable)))
    with (
        log.open("a", encoding="utf-8") as file,
        subprocess.Popen(
            command, env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace",
        ) as process,
    ):  # fmt: skip
        try:
            for line in process.stdout or ():
                file.write(line)
                file.flush()
                if _SHOWN.match(line):
                    _say(f"  {line.strip()}")
        except KeyboardInterrupt:
            process.terminate()
            raise
    return process.returncode


def failure(title: str, output: str) -> AirflowNetError:
    """Returns the error that uv's output stands for, with the command that helps."""
    said = [line for line in output.splitlines() if line.strip() and "upload date" not in line]
    _say("\n".join(f"  {line}" for line in said[-_LAST_LINES:]))
    built = _FAILED.search(output)
    if "No space left" in output:
        return DiskSpaceError("the disk became full", "free some space and run the same command again")
    if built is not None:
        return SetupError(
            f"{title} could not be built: {built[1]} did not compile",
            f"Debian and Ubuntu: sudo apt-get install {' '.join(DEBIAN_PACKAGES)}; then run it again. "
            "Or leave that provider out: make oracle ONLY=http,postgres",
        )
    if NO_ANSWER.search(output):
        return NetworkError(
            "the package index did not answer; what was downloaded is kept",
            "connect to the network, or set PIP_INDEX_URL to an index you can reach; then run it again",
        )
    return SetupError(f"{title} could not be installed, see above", "mend the cause and run it again")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
