"""What an installation without the extras says; and that extras and the locked environment are in step."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from airflownet.cli.missing_extra import missing_extra

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("error", "extra"),
    [
        pytest.param(ModuleNotFoundError("", name="sklearn.cluster"), "pipeline", id="a-module"),
        pytest.param(PackageNotFoundError("pyaskalono"), "pipeline", id="a-version"),
        pytest.param(ModuleNotFoundError("", name="airflow.sdk"), "airflow", id="airflow"),
    ],
)
def test_what_is_missing_is_told_with_the_extra_that_brings_it(error, extra):
    told = missing_extra(error)
    assert told is not None
    assert told.exit_code == 2
    assert f".[{extra}]" in told.remedy


def test_a_missing_module_of_its_own_is_a_bug():
    assert missing_extra(ModuleNotFoundError("", name="airflownet.judge.gone")) is None


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[]", line)[0].strip().lower() for line in requirements}


def test_the_extras_and_the_locked_environment_hold_the_same_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = [
        *project["dependencies"],
        *(n for extra in project["optional-dependencies"].values() for n in extra),
    ]
    files = [ROOT / "requirements.in", ROOT / "requirements-cluster.in"]
    lines = [line for file in files for line in file.read_text().splitlines()]
    locked = names([line for line in lines if line and not line.startswith(("#", "-c"))])
    # uv makes the environment, nothing imports it; ruff is a program, and in requirements-dev.in
    assert names(listed) - {"airflownet", "ruff"} == locked - {"uv"}


def test_the_judge_needs_no_more_than_a_plain_install_brings(tmp_path):
    """One process that may import nothing but the standard library and what ``dependencies`` bring."""
    (tmp_path / "daily.py").write_text(
        "from airflow import DAG\nwith DAG('daily', schedule='0 3 * * *'):\n    pass\n"
    )
    code = (
        "import builtins, sys\n"
        "own = builtins.__import__\n"
        "allowed = set(sys.argv.pop(1).split(',')) | sys.stdlib_module_names\n"
        "def narrow(name, globals=None, locals=None, fromlist=(), level=0):\n"
        "    asks = (globals or {}).get('__name__', '')\n"
        "    if not level and asks.startswith('airflownet') and name.partition('.')[0] not in allowed:\n"
        "        raise ModuleNotFoundError(name, name=name)\n"
        "    return own(name, globals, locals, fromlist, level)\n"
        "builtins.__import__ = narrow\n"
        "import airflownet.judge.catalogue.builder.environment  # what --python needs\n"
        "from airflownet.cli.main import app\n"
        "app()\n"
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    allowed = {"yaml" if name == "pyyaml" else name for name in names(project["dependencies"])}
    command = [sys.executable, "-c", code, ",".join({*allowed, "airflownet"}), "judge", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert told.returncode == 0, told.stderr
    assert "1 loads" in told.stdout
