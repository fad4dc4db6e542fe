import json
import sys

import pytest

from airflownet.toolchain.doctor import airflow_database
from airflownet.toolchain.doctor.airflow_database import POOLS, find_airflow_database
from airflownet.toolchain.doctor.finding import State


@pytest.fixture
def airflow_that_says(tmp_path, monkeypatch):
    """A program named airflow beside the interpreter that prints given answers, log lines first."""
    (tmp_path / "airflow.db").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(airflow_database, "airflow_settings", lambda: {"AIRFLOW_HOME": str(tmp_path)})

    def say(pools, connections, errors):
        cases = "".join(
            f"{word}) cat <<'END'\n[2026-01-01] a log line\n{json.dumps(rows)}\nEND\n;;\n"
            for word, rows in (("pools", pools), ("connections", connections), ("dags", errors))
        )
        program = tmp_path / "airflow"
        program.write_text(f'#!/bin/sh\ncase "$1" in\n{cases}esac\n')
        program.chmod(0o755)

    return say


def states():
    return {finding.name: finding.state for finding in find_airflow_database()}


def test_pools_connections_and_import_errors(airflow_that_says, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_GITHUB_DEFAULT", raising=False)
    airflow_that_says(
        [{"pool": "default_pool", "slots": "128"}, {"pool": "gpu", "slots": "1"}],
        [{"conn_id": "llama_server_default", "conn_type": "llama_server"}],
        [{"filepath": "/dags/broken.py", "error": "boom"}],
    )
    found = states()
    assert found["pool gpu"] is State.PRESENT
    assert found["pool github_api"] is State.OPTIONAL
    assert found["connection llama_server_default"] is State.PRESENT
    assert found["connection github_default"] is State.OPTIONAL
    assert found["DAG import errors"] is State.MISSING


def test_connection_from_the_environment_counts(airflow_that_says, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_GITHUB_DEFAULT", '{"conn_type": "github"}')
    airflow_that_says([], [], [])
    assert states()["connection github_default"] is State.PRESENT


def test_database_that_is_not_made_yet_is_no_failure(airflow_that_says, tmp_path):
    airflow_that_says([], [], [])
    (tmp_path / "airflow.db").unlink()
    assert states() == {"database": State.OPTIONAL}


def test_pool_file_has_what_airflow_reads():
    pools = json.loads(POOLS.read_text())
    assert set(pools) == {"gpu", "github_api", "llm_api"}
    for pool in pools.values():
        assert pool["slots"] >= 1
        assert pool["description"]
        assert isinstance(pool["include_deferred"], bool)
