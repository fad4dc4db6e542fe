"""What an installation without the extras says; and that extras and the locked environment are in step."""

from __future__ import annotations

import re
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
    assert names(listed) - {"airflownet"} == locked - {"uv"}  # uv makes the environment, nothing imports it
