import os
import subprocess

import pytest

from airflownet.toolchain.airflow_settings import CLONE, airflow_settings


@pytest.fixture
def plain_environment(monkeypatch):
    monkeypatch.delenv("AIRFLOWNET_ARTIFACTS", raising=False)
    monkeypatch.delenv("MAKEFLAGS", raising=False)


def make(*words, **environment):
    command = ["make", "--silent", "--no-print-directory", "-C", str(CLONE), *words]
    answer = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def settings_of_make(**environment):
    names = " ".join(airflow_settings())
    script = f'{make("env", **environment)}\nfor name in {names}; do eval "echo $name=\\$$name"; done'
    answer = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    return dict(line.split("=", 1) for line in answer.stdout.splitlines())


def test_make_and_python_read_the_same_settings(plain_environment):
    settings = airflow_settings()
    assert settings["AIRFLOW_HOME"] == str(CLONE / ".airflow")
    assert settings["PYTHONPATH"] == f"{CLONE / 'include'}:{CLONE / 'plugins'}"
    assert settings_of_make() == settings


def test_another_projects_airflow_settings_do_not_reach_this_one(plain_environment, monkeypatch):
    foreign = {"AIRFLOW_HOME": "/elsewhere", "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"}
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    assert not set(foreign.values()) & set(airflow_settings().values())
    assert settings_of_make(**foreign) == airflow_settings()


def test_our_own_settings_can_be_chosen(plain_environment, monkeypatch):
    monkeypatch.setenv("AIRFLOWNET_ARTIFACTS", "/big/disk")
    assert airflow_settings()["AIRFLOWNET_ARTIFACTS"] == "/big/disk"
    assert settings_of_make()["AIRFLOWNET_ARTIFACTS"] == "/big/disk"


def test_help_names_every_target(plain_environment):
    text = make("help")
    for target in ("setup", "demo", "test", "check", "standalone", "doctor", "report", "lock", "clean"):
        assert f"  {target} " in text
