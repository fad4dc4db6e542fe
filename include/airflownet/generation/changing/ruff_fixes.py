"""What ruff's AIR rules put right of a file by themselves."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from airflownet.judge.air_rules import ruff_path

_TIMEOUT_S: Final = 60


def with_ruff_fixes(code: str) -> str:
    """Returns the file after ``ruff check --select AIR3 --fix``; as it was where ruff is not installed.

    ruff reads the text and runs nothing of it.
    """
    ruff = ruff_path()
    if ruff is None:
        return code
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dag_file.py"
        path.write_text(code, encoding="utf-8")
        command = [ruff, "check", "--isolated", "--preview", "--select", "AIR3", "--fix", "--unsafe-fixes"]
        try:
            subprocess.run(
                [*command, "--quiet", "--exit-zero", "--no-cache", str(path)],
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
            return path.read_text(encoding="utf-8")
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
            return code
