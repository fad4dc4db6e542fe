"""An environment of what a project pins: its Airflow, the packages it declares, as far as they can be had.

What cannot be installed (a private index, a repository of git, a version that is gone, no compiler for it) is
left out with the reason, and the rest is installed: the files that need it are counted apart.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from airflownet.cache import cache_dir
from airflownet.errors import SetupError
from airflownet.judge.project.declared import normal_name
from airflownet.judge.project.project import Project
from airflownet.judge.sandbox.oracle import LINES
from airflownet.toolchain.airflow_environment import pip_configuration, uv_settings

FULL_IMAGE = [
    "amazon", "celery", "cncf-kubernetes", "common-io", "docker", "elasticsearch", "ftp", "google", "grpc",
    "hashicorp", "http", "microsoft-azure", "mysql", "odbc", "openlineage", "postgres", "redis", "sendgrid",
    "sftp", "slack", "snowflake", "sqlite", "ssh",
]  # fmt: skip
"""Providers that the image ``apache/airflow`` brings."""
AIRFLOW = ("apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk")
NEWEST_PYTHON_MINOR = 14
SECONDS_PER_INSTALL = 600
LOCKED_FROM = 100
"""So many exact versions are those of a lock file."""
_EXTRAS = re.compile(r"\[([^\]]*)\]")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class ProjectEnvironment:
    """What was built.

    Attributes:
        interpreter: its Python.
        left_out: requirement that could not be installed -> why, one line.
    """

    interpreter: Path
    left_out: dict[str, str]

    @cached_property
    def installed(self) -> frozenset[str]:
        """Normalised names of the distributions that are there."""
        found = self.interpreter.parents[1].glob("lib/python3*/site-packages/*.dist-info")
        return frozenset(normal_name(path.name.partition("-")[0]) for path in found)


def requirements_of(project: Project, line: str, also: Sequence[str] = ()) -> list[str]:
    """Returns what pip would be given, Airflow first: the version that is pinned, or the line's own.

    Args:
        project: what declares.
        line: the Airflow line that is judged; it counts where the project pins an older one than any known.
        also: what the platform's image brings though nothing in the project says so.
    """
    version = project.airflow.version if project.airflow is not None else ""
    if not version.startswith(f"{line}.") or version.count(".") != 2:
        version = next(str(entry["version"]) for entry in _lines() if entry["line"] == line)
    extras = _EXTRAS.search(project.requirements.get("apache-airflow", ""))
    pins = [f"apache-airflow{extras[0] if extras else ''}=={version}"]
    own = {name: wanted for name, wanted in project.requirements.items() if name not in AIRFLOW}
    if project.is_whole_image:
        image = [f"apache-airflow-providers-{name}" for name in FULL_IMAGE]
        pins += [name for name in (*image, "virtualenv") if name not in own]
    pins += also
    return pins + [own[name] for name in sorted(own) if "$" not in own[name] and not _is_local(own[name])]


def _is_local(requirement: str) -> bool:
    return requirement.startswith((".", "/", "file:"))


def _lines() -> list[dict[str, str]]:
    return list(json.loads(LINES.read_text()))


def environment_of(
    project: Project, line: str, python: str, folder: Path | None, also: Sequence[str] = ()
) -> ProjectEnvironment:
    """Returns the environment, built where it is not there yet.

    Tried in order: all at once, as the index was when the line was made; all at once, as it is today; and as
    an image does it, Airflow first and what the project wants over it, one by one where need be.

    Raises:
        SetupError: uv is missing, no Python of that version is found, or Airflow itself cannot be installed.
    """
    pins = requirements_of(project, line, also)
    key = hashlib.sha256("\n".join([python, *pins]).encode()).hexdigest()[:12]
    place = folder or cache_dir("projects") / key
    interpreter, done = place / "bin" / "python", place / "done.json"
    if done.exists():
        return ProjectEnvironment(interpreter, dict(json.loads(done.read_text())["left_out"]))
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        raise SetupError("uv is not installed", "run `make setup`")
    _make(uv, place, python)
    until = next((str(entry["resolved_until"]) for entry in _lines() if entry["line"] == line), "")
    base = [uv, "pip", "install", "--python", str(interpreter)]
    left_out: dict[str, str] = {}
    ways = [["--exclude-newer", until], _constraints(uv, place, pins, until), []]
    while True:
        failures = [failure for way in ways if (failure := _run([*base, *way, *pins]))]
        if len(failures) < len(ways):
            break
        gone = [pin for pin in pins[1:] if _is_not_there(pin, failures[-1])]
        left_out |= dict.fromkeys(gone, "the index does not have it")
        pins = [pin for pin in pins if pin not in gone]
        if not gone:
            left_out |= _one_over_the_other(base, ways, pins)
            break
    done.write_text(json.dumps({"pins": pins, "left_out": left_out}, indent=1))
    return ProjectEnvironment(interpreter, left_out)


def _constraints(uv: str, place: Path, pins: list[str], until: str) -> list[str]:
    """Returns the option that keeps what nothing pins at what Airflow's own constraints had: as of its line.

    An image installs its packages under the constraints of its Airflow, so that what only they pull in stays
    in the versions of that time.
    """
    own = {_name_of(pin) for pin in pins}
    wanted, answer = place / "wanted.in", place / "wanted.txt"
    wanted.write_text("\n".join([pins[0], *[_name_of(pin) for pin in pins if "providers" in pin]]))
    command = [uv, "pip", "compile", "--python", str(place / "bin" / "python"), "--exclude-newer", until]
    if _run([*command, "--quiet", "--no-annotate", "--no-header", "-o", str(answer), str(wanted)]):
        return []
    kept = [line for line in answer.read_text().splitlines() if _name_of(line) not in own]
    answer.write_text("\n".join(kept))
    return ["--constraint", str(answer)]


def _name_of(requirement: str) -> str:
    match = _NAME.match(requirement)
    return normal_name(match[0]) if match is not None else ""


def _is_not_there(pin: str, failure: str) -> bool:
    """Whether the index of today was heard to lack it, or it lies in a repository that cannot be reached."""
    name = re.escape(_name_of(pin))
    lacks = rf"(?i)\b{name} (?:was not found|has no )|no version of {name}\b|there is no version of {name}="
    return ("git+" in pin and "git" in failure) or re.search(lacks, failure) is not None


def _make(uv: str, place: Path, python: str) -> None:
    """Makes an empty environment with that Python, or with the nearest one that is on this machine."""
    wanted = int(python.partition(".")[2] or 0)
    for minor in sorted(range(8, NEWEST_PYTHON_MINOR + 1), key=lambda minor: (abs(minor - wanted), minor)):
        own = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
        for program in (*map(str, own), f"3.{minor}"):
            if not _run([uv, "venv", "--clear", "--no-python-downloads", "--python", program, str(place)]):
                if minor != wanted:
                    print(f"no Python {python} on this machine: 3.{minor} is taken")
                return
    raise SetupError(f"no Python {python} is found, nor another", "install it, or say --python")


def _one_over_the_other(base: list[str], ways: list[list[str]], pins: list[str]) -> dict[str, str]:
    """Installs Airflow, then what the project wants over it, as an image does; returns what is lacking."""
    for way in ways:
        if not (failure := _run([*base, *way, pins[0]])):
            break
    else:
        raise SetupError(f"{pins[0]} cannot be installed: {failure}", "say --python, or mend the index")
    fixed = [pin for pin in pins[1:] if "==" in pin or "@" in pin or "://" in pin]
    open_pins = [pin for pin in pins[1:] if pin not in fixed]
    airflow = _EXTRAS.sub("", pins[0])
    return _halved([*base, airflow], open_pins) | _halved([*base, "--no-deps"], fixed)


def _halved(command: list[str], pins: list[str]) -> dict[str, str]:
    """Installs the pins together, else half by half; returns what cannot be installed, with the reason."""
    if not pins or not (failure := _run([*command, *pins])):
        return {}
    if len(pins) == 1:
        alone = [*(word for word in command if "==" not in word or word == pins[0]), "--no-deps", pins[0]]
        return {pins[0]: failure} if _run(alone) else {}
    half = len(pins) // 2
    return _halved(command, pins[:half]) | _halved(command, pins[half:])


def _run(command: list[str]) -> str:
    """Runs a step of the build; returns why it failed in a line, empty where it did not."""
    settings = uv_settings(pip_configuration(Path(sys.executable)))
    try:
        answer = subprocess.run(
            command, env={**os.environ, **settings, "GIT_TERMINAL_PROMPT": "0"},
            capture_output=True, text=True, check=False, timeout=SECONDS_PER_INSTALL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"did not end within {SECONDS_PER_INSTALL} s"
    if not answer.returncode:
        return ""
    lines = [line.strip(" ×╰─▶│├") for line in answer.stderr.splitlines() if line.strip()]
    text = " ".join(line for line in lines if not line.startswith(("Using Python", "warning:")))
    return text[:400] or f"exit status {answer.returncode}"
