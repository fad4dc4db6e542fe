"""Secrets for docker compose: made at random, and the sample's refused in production mode."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cluster.env_file import env_file_lines, main

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["services"]["init"]["environment"]


def as_compose_gives_it(variables: dict[str, str]) -> dict[str, str]:
    def value(match: re.Match[str]) -> str:
        return variables.get(match[1]) or match[2]

    return {name: re.sub(r"\$\{(\w+):-([^}]*)\}", value, text) for name, text in ENVIRONMENT.items()}


def start(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = ROOT / "config" / "refuse_sample_secrets.py"
    environment = as_compose_gives_it(variables)
    return subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True)


def own_file(tmp_path: Path) -> dict[str, str]:
    assert main(tmp_path / ".env") == 0
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    lines = (tmp_path / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_the_sample_starts_for_trying_out_only():
    assert start({}).returncode == 0
    refused = start({"AIRFLOWNET_MODE": "production"})
    assert refused.returncode == 2
    for name in ("FERNET_KEY", "API_SECRET_KEY", "JWT_SECRET", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        assert f"{name} is the sample's" in refused.stderr


@pytest.mark.parametrize("left_out", ["FERNET_KEY", "JWT_SECRET", "POSTGRES_PASSWORD", "AIRFLOW_ALL_ADMINS"])
def test_one_sample_is_enough_to_be_refused(tmp_path, left_out):
    variables = own_file(tmp_path)
    assert start(variables).returncode == 0
    del variables[left_out]
    refused = start(variables)
    assert refused.returncode == 2
    assert left_out in refused.stderr


def test_secrets_are_new_each_time_and_an_existing_file_stays(tmp_path, capsys):
    assert not set(env_file_lines()[4:]) & set(env_file_lines()[4:])
    own_file(tmp_path)
    before = (tmp_path / ".env").read_text()
    assert main(tmp_path / ".env") == 2
    assert (tmp_path / ".env").read_text() == before
    assert "Remedy" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["True", "1", "t"])
def test_everybody_as_admin_is_refused_however_it_is_written(tmp_path, value):
    assert start({**own_file(tmp_path), "AIRFLOW_ALL_ADMINS": value}).returncode == 2
