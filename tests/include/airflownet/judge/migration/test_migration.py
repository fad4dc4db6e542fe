"""``airflownet judge --from``: what is new on the line, who mends it, and the order of work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from airflownet.cli.main import typer_app
from airflownet.errors import InputError

HEAD = "from datetime import datetime\nfrom airflow import DAG\n"


def dag(dag_id: str, schedule: str) -> str:
    """The end of a file, with the argument as it is called on the old line or on both."""
    return f"with DAG({dag_id!r}, start_date=datetime(2024, 1, 1), {schedule}=None):\n    "


FILES = {
    "requirements.txt": "apache-airflow==2.10.5\n",
    "dags/ruff.py": f"{HEAD}{dag('ruff', 'schedule_interval')}pass\n",
    "dags/module.py": f"{HEAD}from lib.shared import X\n{dag('module', 'schedule')}pass\n",
    "dags/both.py": f"{HEAD}from lib.shared import X\n{dag('both', 'schedule_interval')}pass\n",
    "dags/hand.py": f"{HEAD}from airflow.operators.subdag import SubDagOperator\n"
    f"{dag('hand', 'schedule')}pass\n",
    "dags/<i>old.py": f"{HEAD}{dag('a b', 'schedule_interval')}pass\n",
    "dags/deprecated.py": f"{HEAD}from airflow.operators.bash import BashOperator\n"
    f"{dag('deprecated', 'schedule')}BashOperator(task_id='b', bash_command='true')\n",
    "dags/lib/shared.py": "# of all dags of airflow\nfrom airflow.utils.dates import days_ago\nX = 1\n",
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "airflownet.cli.main", "judge", "dags", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(exist_ok=True, parents=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture(scope="module")
def report(project: Path) -> dict[str, Any]:
    result = run(project, "--from", "2.10", "--airflow", "3.3", "--format", "json")
    assert result.returncode == 1, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize(
    ("name", "state", "mends", "modules"),
    [
        ("ruff", "breaks", "ruff", []),
        ("module", "breaks", "migrate", ["dags/lib/shared.py"]),
        ("both", "breaks", "migrate", ["dags/lib/shared.py"]),
        ("hand", "breaks", "hand", []),
        ("<i>old", "fails on both", "hand", []),
        ("deprecated", "deprecated", None, []),
    ],
)
def test_where_a_file_stands(
    report: dict[str, Any], name: str, state: str, mends: str | None, modules: list[str]
) -> None:
    (file,) = [one for one in report["files"] if Path(one["id"]).stem == name]
    assert (file["state"], file["mends"], file["changed_modules"]) == (state, mends, modules)


def test_the_module_is_no_file_and_its_cause_comes_first(report: dict[str, Any]) -> None:
    assert "shared" not in {Path(one["id"]).stem for one in report["files"]}
    first, second, *_ = report["order_of_work"]
    assert (first["n_files"], first["n_alone"], first["module"]) == (3, 2, "")
    assert "schedule_interval" in first["message"]
    assert first["mends"] == {"ruff": 3}
    assert (second["n_files"], second["module"], second["mends"]) == (2, "dags/lib/shared.py", {"migrate": 2})


def test_only_what_is_new_counts_for_a_file_that_fails_already(report: dict[str, Any]) -> None:
    (old,) = [one for one in report["files"] if one["state"] == "fails on both"]
    assert ["schedule_interval" in one["message"] for one in old["breaks"]] == [True]
    assert {"AIR3", "AFN6"} >= {one["code"][:4] for one in old["deprecated"]}


def test_what_was_said_of_ruff_is_so(project: Path, tmp_path: Path) -> None:
    from airflownet.judge.air_rules import ruff_path
    from airflownet.judge.verdict import judge_code

    path = tmp_path / "ruff.py"
    path.write_text(FILES["dags/ruff.py"])
    options = ["--isolated", "--select", "AIR3", "--preview", "--fix", "--unsafe-fixes", "--exit-zero"]
    subprocess.run([str(ruff_path()), "check", *options, str(path)], check=True, capture_output=True)
    assert judge_code(path.read_text(), airflow="3.3").outcome == "loads"


def test_text_and_page(project: Path, tmp_path: Path) -> None:
    text = run(project, "--from", "2.10").stdout  # the newest line, though the project pins the old one
    assert "generate --migrate makes it load, with dags/lib/shared.py mended as well" in text
    assert "3 files (2 by it alone): AFN202" in text
    assert run(project, "--from", "2.10", "--output", str(tmp_path / "report.html")).stdout == ""
    page = (tmp_path / "report.html").read_text()
    assert "dags/&lt;i&gt;old.py" in page
    assert "<i>" not in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "3.3", "--airflow", "2.10"), "not older"),
        (("--from", "1.0"), "1.0"),
        (("--from", "2.10", "--format", "sarif"), "sarif"),
        (("--format", "html"), "migration"),
        (("--from", "2.10", "--stats"), "--stats"),
    ],
    ids=["backwards", "no-such-line", "format", "page-of-no-migration", "stats"],
)
def test_bad_options_are_told(project: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        typer_app(["judge", str(project / "dags"), *arguments], standalone_mode=False)
