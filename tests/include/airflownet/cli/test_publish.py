"""``airflownet publish`` and ``dataset --rebuild`` through the real command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def airflownet(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "120"}
    command = [sys.executable, "-m", "airflownet.cli.main", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


def test_help_says_that_only_the_plan_is_shown(tmp_path):
    answer = airflownet("publish", "--help", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "--send" in answer.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("publish", "team/dags", "--dataset", "nothing"), id="publish"),
        pytest.param(("dataset", "--rebuild", "nothing", "--output", "again"), id="rebuild"),
    ],
)
def test_without_a_dataset_the_remedy_is_told(arguments, tmp_path):
    answer = airflownet(*arguments, cwd=tmp_path)
    assert answer.returncode == 2
    assert "Remedy" in answer.stderr
    assert "Traceback" not in answer.stderr
