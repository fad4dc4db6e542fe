import json
import re
import sys
from pathlib import Path

import pytest

from airflownet.toolchain.doctor import airflow_database
from airflownet.toolchain.doctor.airflow_database import CONNECTION_USES, POOLS, find_airflow_database
from airflownet.toolchain.doctor.finding import State

NO_CONNECTIONS = {"has_default", "is_default", "first_default", "show_default"}


@pytest.fixture
def airflow_that_says(tmp_path, monkeypatch):
    """A program named airflow beside the interpreter that prints given answers, log lines first."""
    (tmp_path / "airflow.db").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(airflow_database, "airflow_settings", lambda: {"AIRFLOW_HOME": str(tmp_path)})

    def say(pools, connections, errors, dags=()):
        answers = {
            "pools list": pools,
            "connections list": connections,
            "dags list-import-errors": errors,
            "dags list": list(dags),
        }
        cases = "".join(
            f"'{words}') cat <<'END'\n[2026-01-01] a log line\n{json.dumps(rows)}\nEND\n;;\n"
            for words, rows in answers.items()
        )
        program = tmp_path / "airflow"
        program.write_text(f'#!/bin/sh\ncase "$1 $2" in\n{cases}esac\n')
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


def test_a_dag_that_is_switched_off_is_told_with_what_it_means(airflow_that_says):
    rows = [{"dag_id": "mine_dags", "is_paused": "True"}, {"dag_id": "finetune_model", "is_paused": "False"}]
    airflow_that_says([], [], [], [*rows, {"dag_id": "somebody_elses", "is_paused": "True"}])
    found = {finding.name: finding for finding in find_airflow_database()}
    assert found["DAG mine_dags"].state is State.OPTIONAL
    assert "airflow dags unpause mine_dags" in found["DAG mine_dags"].remedy
    assert found["DAG finetune_model"].state is State.PRESENT
    assert "DAG somebody_elses" not in found


def test_the_connections_are_those_that_the_code_asks_for():
    """The names in plugins and DAGs, no more and no fewer: a name that nothing reads sends a user astray."""
    root = Path(__file__).parents[5]
    sources = [path for folder in ("plugins", "dags") for path in (root / folder).rglob("*.py")]
    text = "\n".join(source.read_text() for source in sources)
    assert set(re.findall(r"\b[a-z]+(?:_server)?_default\b", text)) - NO_CONNECTIONS == set(CONNECTION_USES)


def test_a_missing_connection_says_what_it_is_for(airflow_that_says, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_ANTHROPIC_DEFAULT", raising=False)
    airflow_that_says([], [], [])
    (found,) = (f for f in find_airflow_database() if f.name == "connection anthropic_default")
    assert found.state is State.OPTIONAL
    assert "Claude" in found.remedy
    assert "ANTHROPIC_API_KEY" in found.remedy


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
