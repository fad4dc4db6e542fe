"""Builds an interpreter to ask: an Airflow line with the official providers its catalogue was read from.

    python -m airflownet.judge.sandbox.oracle 3.3 [--only amazon,google]

Takes some minutes and about 3 GB; the environment is kept in the user's cache folder and used again.
All providers together need these Debian packages to build: default-libmysqlclient-dev, pkg-config,
libldap2-dev, libsasl2-dev, libkrb5-dev, unixodbc-dev.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import SetupError

LINES = Path(__file__).parents[1] / "catalogue" / "data" / "lines.json"
_PREFIX = "apache-airflow-providers-"
_NEEDED_BYTES = 5_000_000_000


def requirements_of(line: str, only: frozenset[str] | None = None) -> tuple[list[str], str]:
    """Returns the pinned requirements of a line and the date until which the index is looked at.

    Args:
        line: ``3.3``.
        only: names of providers (``amazon``); None takes all.

    Raises:
        SetupError: there is no such line.
    """
    lines: list[dict[str, Any]] = json.loads(LINES.read_text())
    for entry in lines:
        if entry["line"] == line:
            pins = [
                f"{name}=={version}"
                for name, version, *_ in entry["wheels"]
                if only is None or not name.startswith(_PREFIX) or name.removeprefix(_PREFIX) in only
            ]
            return pins, str(entry["resolved_until"])
    known = ", ".join(entry["line"] for entry in lines)
    raise SetupError(f"there is no catalogue of Airflow {line}", f"take one of {known}")


def build_oracle(line: str, only: frozenset[str] | None = None) -> Path:
    """Returns the interpreter of the line's environment, built when it is not there yet.

    Raises:
        SetupError: uv is missing, or the environment could not be built.
    """
    pins, until = requirements_of(line, only)
    folder = cache_dir("oracles") / (line if only is None else f"{line}-{'-'.join(sorted(only))}")
    python = folder / "bin" / "python"
    done = folder / "requirements.txt"
    wanted = "\n".join(pins) + "\n"
    if done.exists() and done.read_text() == wanted:
        return python
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    require_free_disk(folder, _NEEDED_BYTES, f"Airflow {line} with its providers")
    partial = folder / "requirements.partial"
    steps = [
        [uv, "venv", "--quiet", "--clear", "--python", "3.11", str(folder)],
        [uv, "pip", "install", "--python", str(python), "--exclude-newer", until, "-r", str(partial)],
    ]
    for step in steps:
        if step[1] == "pip":
            partial.write_text(wanted)
        try:
            subprocess.run(step, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise SetupError(
                f"the environment for Airflow {line} could not be built: {error}",
                "install uv and the Debian packages that this module's text names, or use --only",
            ) from None
    partial.rename(done)
    return python


def main() -> None:
    """Builds the environment and prints its interpreter."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("line", help="Airflow line, for example 3.3")
    parser.add_argument("--only", default="", help="providers, separated by commas; without it all")
    arguments = parser.parse_args()
    only = frozenset(arguments.only.split(",")) if arguments.only else None
    print(build_oracle(arguments.line, only))  # noqa: T201 - the answer of the program


if __name__ == "__main__":
    main()
