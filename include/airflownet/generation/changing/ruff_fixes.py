"""What ruff's AIR rules put right of a file by themselves."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from airflownet.judge.air_rules import ruff_path

_TIMEOUT_S: Final = 60
_MOST_FILES: Final = 500
"""Of one call: a command line has a largest length."""


def with_ruff_fixes(code: str) -> str:
    """Returns the file after ``ruff check --select AIR3 --fix``; as it was where ruff is not installed.

    ruff reads the text and runs nothing of it.
    """
    return all_with_ruff_fixes([code])[0]


def all_with_ruff_fixes(codes: Sequence[str]) -> list[str]:
    """Returns each file after ruff's fixes, in their order, by one run of ruff for many."""
    ruff = ruff_path()
    if ruff is None:
        return list(codes)
    fixed: list[str] = []
    for start in range(0, len(codes), _MOST_FILES):
        fixed += _fixed(ruff, codes[start : start + _MOST_FILES])
    return fixed


def _fixed(ruff: str, codes: Sequence[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"dag_file_{number}.py" for number in range(len(codes))]
        for path, code in zip(paths, codes, strict=True):
            path.write_bytes(code.encode("utf-8", "surrogatepass"))
        command = [ruff, "check", "--isolated", "--preview", "--select", "AIR3", "--fix", "--unsafe-fixes"]
        try:
            subprocess.run(
                [*command, "--quiet", "--exit-zero", "--no-cache", *map(str, paths)],
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
            return [path.read_bytes().decode("utf-8", "surrogatepass") for path in paths]
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
            return list(codes)
