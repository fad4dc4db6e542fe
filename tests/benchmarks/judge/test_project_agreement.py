"""The environment that a project's agreement is asked in, what its process gets, what is counted apart."""

from __future__ import annotations

import json
from pathlib import Path

import project_environment
import pytest
from project_agreement import apart, filled, process_environment
from project_environment import ProjectEnvironment, requirements_of

from airflownet.judge.project.reading import read_project
from airflownet.records import Condition, Outcome, Verdict


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dags").mkdir()
    (tmp_path / "Dockerfile").write_text(
        "FROM apache/airflow:2.10.5-python3.12\nENV DAGS=/opt/airflow/dags CA_CERT=/etc/acme/ca.pem\n"
        "RUN pip install apache-airflow[google]==2.10.4 furl==2.1 apache-airflow-providers-http ./tools\n"
    )
    (tmp_path / ".env").write_text(
        "AIRFLOW_VAR_BUCKET=raw\nAIRFLOW_CONN_CRM=x\nAIRFLOW__CORE__X=1\nREGION=eu\n"
    )
    return tmp_path


def test_requirements(root: Path) -> None:
    pins = requirements_of(read_project(root, [root / "dags"]), "2.10", ["numpy<2"])
    assert pins[0] == "apache-airflow[google]==2.10.4"
    assert {"numpy<2", "furl==2.1", "apache-airflow-providers-amazon"} <= set(pins)
    assert pins.count("apache-airflow-providers-http") == 1
    assert not [pin for pin in pins if "tools" in pin]
    assert requirements_of(read_project(root, [root / "dags"]), "2.7")[0].endswith("==2.7.3")


def test_environment_of_the_process(root: Path) -> None:
    given = process_environment(read_project(root, [root / "dags"]))
    assert given["AIRFLOW_VAR_BUCKET"] == "raw"
    assert given["REGION"] == "eu"
    assert given["DAGS"] == str(root / "dags")
    assert "CA_CERT" not in given
    assert "AIRFLOW__CORE__X" not in given
    assumed = (Condition("variable", "owner", ""), Condition("connection", "sftp", ""))
    verdict = Verdict("d", "2.10", Outcome.LOADS, "", (), (), assumed)
    found, n_open = filled(given, verdict, "[]", ["known_hosts"])
    assert found["AIRFLOW_VAR_OWNER"] == "[]"
    assert json.loads(found["AIRFLOW_CONN_SFTP"])["extra"] == {"known_hosts": "1"}
    assert json.loads(found["AIRFLOW_CONN_CRM"])["extra"] == {"known_hosts": "1"}
    assert n_open == 3


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("ModuleNotFoundError: No module named 'furl'", "needs furl, which could not be installed"),
        ("ModuleNotFoundError: No module named 'nothing'", ""),
        ("socket.gaierror: Name or service not known", "asks the network at import"),
        ("(Background on this error at: https://sqlalche.me/e/14/e3q8)", "asks Airflow's database at import"),
        ("TypeError: BashOperator.__init__()", ""),
    ],
    ids=["left out", "not declared", "network", "database", "a fault"],
)
def test_apart(root: Path, reason: str, expected: str) -> None:
    verdict = Verdict("d", "2.10.5", Outcome.FAILS, reason, (), ())
    project = read_project(root, [root / "dags"])
    assert apart(verdict, project, ProjectEnvironment(root / "env/bin/python", {})) == expected
    (root / "env/lib/python3.12/site-packages/furl-2.1.dist-info").mkdir(parents=True)
    assert "furl" not in apart(verdict, project, ProjectEnvironment(root / "env/bin/python", {}))


@pytest.mark.parametrize(
    ("pin", "failure", "expected"),
    [
        ("composer-dev", "Because composer-dev was not found in the package registry", True),
        ("numpy==9", "there is no version of numpy==9", True),
        ("numpy==2", "Because pandas==2 depends on numpy<2 and you require numpy==2", False),
        ("a @ git+https://example.com/a.git", "failed to clone the git repository", True),
    ],
    ids=["unknown name", "unknown version", "conflict", "repository"],
)
def test_what_the_index_lacks(pin: str, failure: str, *, expected: bool) -> None:
    assert project_environment._is_not_there(pin, failure) is expected
