"""Builds an interpreter to ask: an Airflow line with the official providers its catalogue was read from.

    python -m airflownet.judge.sandbox.oracle 3.3 [--only amazon,google]

Takes some minutes and about 3 GB; the environment is kept in the user's cache folder and used again. An
environment that was not finished has no ``requirements.txt`` and is made again, from what uv has downloaded
already.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import AirflowNetError, SetupError
from airflownet.judge.sandbox.uv_install import install
from airflownet.toolchain.waiting_lock import waiting_lock

LINES = Path(__file__).parents[1] / "catalogue" / "data" / "lines.json"
DONE = "requirements.txt"
"""Written last: what the environment holds."""
LONGEST_NAME = 80
_PREFIX = "apache-airflow-providers-"
_CORE_BYTES = 1_000_000_000
_PROVIDER_BYTES = 40_000_000


def requirements_of(line: str, only: frozenset[str] | None = None) -> tuple[list[str], str]:
    """Returns the pinned requirements of a line and the date until which the index is looked at.

    Args:
        line: ``3.3``.
        only: names of providers (``amazon``); None takes all.

    Raises:
        SetupError: there is no such line, or the line has no such provider.
    """
    lines: list[dict[str, Any]] = json.loads(LINES.read_text())
    entry = next((entry for entry in lines if entry["line"] == line), None)
    if entry is None:
        known = ", ".join(entry["line"] for entry in lines)
        raise SetupError(f"there is no catalogue of Airflow {line}", f"take one of {known}")
    versions = {name: version for name, version, *_ in entry["wheels"]}
    providers = {name.removeprefix(_PREFIX) for name in versions if name.startswith(_PREFIX)}
    if only is not None and not only <= providers:
        missing = ", ".join(sorted(only - providers))
        raise SetupError(
            f"Airflow {line} has no official provider {missing}",
            f"give some of: {', '.join(sorted(providers))}",
        )
    wanted = providers if only is None else only
    pins = [
        f"{name}=={version}"
        for name, version in versions.items()
        if not name.startswith(_PREFIX) or name.removeprefix(_PREFIX) in wanted
    ]
    return pins, str(entry["resolved_until"])


def oracle_folder(line: str, only: frozenset[str] | None = None) -> Path:
    """Returns where the environment is or would be; a long list of providers is shortened to a hash."""
    name = line if only is None else "-".join([line, *sorted(only)])
    if only is not None and len(name) > LONGEST_NAME:
        digest = hashlib.sha256(" ".join(sorted(only)).encode()).hexdigest()[:12]
        name = f"{line}-{len(only)}-providers-{digest}"
    return cache_dir("oracles") / name


def find_oracle(line: str, only: frozenset[str] | None = None) -> Path | None:
    """Returns the interpreter of the line's environment, None when it is not built, or not wholly."""
    folder = oracle_folder(line, only)
    pins, _ = requirements_of(line, only)
    done, python = folder / DONE, folder / "bin" / "python"
    is_whole = done.exists() and done.read_text() == _text(pins) and python.exists()
    return python if is_whole else None


def build_oracle(line: str, only: frozenset[str] | None = None) -> Path:
    """Returns the interpreter of the line's environment, built when it is not there yet.

    Raises:
        SetupError: uv is missing, or the environment could not be built.
        DiskSpaceError: there is less free disk than it takes.
    """
    if (found := find_oracle(line, only)) is not None:
        return found
    folder = oracle_folder(line, only)
    pins, until = requirements_of(line, only)
    with waiting_lock(folder.with_name(folder.name + ".lock"), f"The environment for Airflow {line}"):
        if (found := find_oracle(line, only)) is not None:  # built by another process meanwhile
            return found
        needed_bytes = _CORE_BYTES + _PROVIDER_BYTES * len(pins)
        require_free_disk(folder, needed_bytes, f"Airflow {line} with {len(pins)} packages and what they use")
        shutil.rmtree(folder, ignore_errors=True)
        install(folder, pins, until, f"Airflow {line}")
        partial = folder / (DONE + ".partial")
        partial.write_text(_text(pins))
        partial.rename(folder / DONE)
        return folder / "bin" / "python"


def _text(pins: list[str]) -> str:
    return "\n".join(pins) + "\n"


def main() -> int:
    """Builds the environment and prints its interpreter; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("line", help="Airflow line, for example 3.3")
    parser.add_argument("--only", default="", help="providers, separated by commas; without it all")
    arguments = parser.parse_args()
    names = frozenset(name.strip() for name in arguments.only.split(",") if name.strip())
    try:
        print(build_oracle(arguments.line, names or None))  # noqa: T201 - the answer of the program
    except AirflowNetError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
