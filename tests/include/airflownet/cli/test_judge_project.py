"""``airflownet judge`` in a project: what it says it was judged for, by cause, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "from datetime import datetime\nfrom airflow import DAG\nfrom airflow.models import Variable\n"
DAG = "with DAG('{0}', start_date=datetime(2024, 1, 1), schedule=None):\n    pass\n"
FILES = {
    "Dockerfile": "FROM apache/airflow:2.10.5-python3.11\nRUN pip install furl\n",
    "dags/declared.py": f"{HEAD}import furl\n{DAG.format('declared')}",
    "dags/missing.py": f"{HEAD}import crm_sdk\nfrom helper import X\n{DAG.format('missing')}",
    "dags/other.py": f"{HEAD}import crm_sdk\n{DAG.format('other')}",
    "dags/variable.py": f"{HEAD}Variable.get('absent')\n{DAG.format('variable')}",
    "dags/helper.py": "# what dags of airflow share\nX = 1\n",
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "airflownet.cli.main", "judge", "dags", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_the_text_ends_with_what_would_settle_most(project: Path) -> None:
    result = run(project)
    assert result.returncode == 1
    assert "judged for Airflow 2.10 (2.10.5: Dockerfile, line 1), Python 3.11" in result.stderr
    assert "1 DAG, 0 tasks; provided that furl imports" in result.stdout
    assert "4 files: 1 loads, 3 unknown" in result.stdout  # the module is no DAG file
    assert "2 files: package crm_sdk is not declared" in result.stdout
    last = "Would settle most: 2 files: `crm_sdk` is not declared; add it to requirements.txt or say"
    assert result.stdout.splitlines()[-1].startswith(last)


def test_what_is_said_by_hand_and_in_pyproject(project: Path) -> None:
    result = run(project, "--installed", "crm_sdk", "--assume", "variables", "--format", "json")
    assert result.returncode == 0
    rows = {Path(row["id"]).stem: row for row in json.loads(result.stdout)}
    assert rows["variable"]["outcome"] == "loads"
    assert rows["variable"]["assumptions"] == [
        {"kind": "variable", "subject": "absent", "reason": "said to be assumed"}
    ]
    assert rows["missing"]["uses"] == ["dags/helper.py"]
    (project / "pyproject.toml").write_text('[tool.airflownet]\ninstalled = ["crm_sdk"]\nfail-on = "fails"\n')
    settled = run(project, "--stats")
    assert settled.returncode == 0
    assert settled.stdout.splitlines()[-1].split() == ["dags", "4", "3", "0", "1"]
    assert run(project, "--fail-on", "unknown").returncode == 1


@pytest.mark.parametrize(
    "arguments", [("--assume", "everything"), ("--project", "no_such"), ("--fail-on", "never")]
)
def test_bad_options_are_told(project: Path, arguments: tuple[str, str]) -> None:
    result = run(project, *arguments)
    assert result.returncode == 2
    assert arguments[1] in result.stderr
    assert "Traceback" not in result.stderr
