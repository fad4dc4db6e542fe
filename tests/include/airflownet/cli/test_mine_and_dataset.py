"""``airflownet mine`` on a folder, through the real command line in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = ("mine", "dataset")


def airflownet(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "120"}
    command = [sys.executable, "-m", "airflownet.cli.main", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_the_options(command, tmp_path):
    answer = airflownet(command, "--help", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "--recipe" in answer.stdout
    assert "--output" in answer.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_a_recipe_that_is_not_there(command, tmp_path):
    answer = airflownet(command, "--recipe", "none.yaml", cwd=tmp_path)
    assert answer.returncode == 2
    assert "none.yaml" in answer.stderr
    assert "Traceback" not in answer.stderr
