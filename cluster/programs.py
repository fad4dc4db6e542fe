"""The programs of a cluster: PostgreSQL and Redis of the system, and two Python environments of its own."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

from airflownet.errors import NetworkError, SetupError
from airflownet.toolchain.airflow_environment import pip_configuration, uv_settings
from cluster.plan import CLONE, Plan

DEBIAN_PACKAGES = {"postgres": "postgresql", "redis-server": "redis-server"}
DATABASE_USER = "postgres"
LOCKS = {
    "environment": ("requirements.txt", "requirements-cluster.txt"),
    "s3-environment": ("requirements-s3-server.txt",),
}
STAMP = "made-from"
"""In a finished environment: what it was made of."""


def ensure_system_programs() -> None:
    """Installs PostgreSQL and Redis where they are missing, from Debian's packages.

    Raises:
        SetupError: they are missing and this user cannot install them, or no user may run PostgreSQL.
        NetworkError: the packages could not be fetched.
    """
    missing = [package for program, package in DEBIAN_PACKAGES.items() if _find(program) is None]
    if missing:
        _install(missing)
    if os.geteuid() == 0:
        try:
            pwd.getpwnam(DATABASE_USER)
        except KeyError:
            raise SetupError(
                f"PostgreSQL does not run as root, and there is no user {DATABASE_USER!r} to run it",
                "install Debian's package postgresql, which makes that user, or run make as another user",
            ) from None


def program(name: str) -> str:
    """Returns the path of a program of PostgreSQL or Redis.

    Raises:
        SetupError: it is not there.
    """
    found = _find(name)
    if found is None:
        raise SetupError(f"{name} is not installed", f"apt-get install {DEBIAN_PACKAGES.get(name, name)}")
    return found


def as_database_user(command: list[str]) -> list[str]:
    """Returns the command as PostgreSQL's user runs it: root hands over, anyone else is that user."""
    return ["runuser", "-u", DATABASE_USER, "--", *command] if os.geteuid() == 0 else command


def ensure_environments(plan: Plan) -> None:
    """Makes the environment of Airflow's components, and that of the S3 server, as their locks say.

    Raises:
        SetupError: a package could not be installed.
    """
    for name, locks in LOCKS.items():
        if name != "s3-environment" or plan.own_s3:
            _ensure_environment(plan.root / name, [CLONE / lock for lock in locks])


def _ensure_environment(folder: Path, locks: list[Path]) -> None:
    text = "".join(lock.read_text() for lock in locks) + sys.version + str(CLONE)
    wanted = hashlib.sha256(text.encode()).hexdigest()
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    uv = str(Path(sys.executable).with_name("uv"))
    settings = {**os.environ, **uv_settings(pip_configuration(Path(sys.executable)))}
    settings["VIRTUAL_ENV"] = str(folder)
    steps = [
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
        [uv, "pip", "sync", "--quiet", *map(str, locks)],
    ]
    if folder.name == "environment":  # without its entry point our connection types do not exist
        steps.append([uv, "pip", "install", "--quiet", "--no-deps", "--editable", str(CLONE)])
    for step in steps:
        answer = subprocess.run(step, env=settings, capture_output=True, text=True, check=False)
        if answer.returncode:
            raise SetupError(
                f"{folder.name} could not be made: {answer.stderr.strip()[-2000:]}",
                "mend the cause and run the same command again",
            )
    stamp.write_text(wanted)


def _find(name: str) -> str | None:
    """PostgreSQL's programs are not on the path in Debian: the newest version's are taken."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[-3]))
    return str(versions[-1]) if versions else shutil.which(name)


def _install(packages: list[str]) -> None:
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetupError(
            f"{' and '.join(packages)} missing on this machine",
            f"install: sudo {' '.join(command)}",
        )
    sys.stderr.write(f"Installing {' and '.join(packages)} ...\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["apt-get", "update"], command):
        answer = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        if answer.returncode:
            raise NetworkError(f"{' '.join(words)}: {answer.stderr.strip()[-1000:]}", "run it again")
