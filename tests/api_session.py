"""Airflow's API server and web interface alone; a run is what ``airflow dags test`` makes of a DAG beside it.

Lighter than ``AirflowSession``: no scheduler, no processor. A task that waits for a person is answered over
REST, as by the scheduler's own, and everything the web interface shows is there.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from airflow_session import USERS, AirflowSession
from airflownet.toolchain.airflow_settings import airflow_settings
from airflownet.toolchain.standalone import PASSWORDS, standalone_settings

AIRFLOW = str(Path(sys.executable).with_name("airflow"))


class ApiSession(AirflowSession):
    """One API server on a migrated database with our DAGs; ``close`` ends it."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.port = _any_port()
        self._home = home
        (home / PASSWORDS).write_text(json.dumps({name: name for name in USERS}))
        users = ",".join(f"{name}:{role}" for name, role in USERS.items())
        self._environment = (
            os.environ
            | airflow_settings()
            | standalone_settings(self.port, login=True)
            | {
                "AIRFLOW_HOME": str(home),
                "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
                "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": users,
            }
            | environment
        )
        for words in (["db", "migrate"], ["dags", "reserialize"]):
            self._airflow(*words, log="prepare").wait()
        self._process = self._airflow("api-server", "--port", str(self.port), log="session")
        self._client = httpx.Client(base_url=self.url, timeout=60)
        try:
            self._wait_until_up()
            self._client.headers.update(self.may("admin"))
        except BaseException:
            self.close()
            raise

    def run(self, dag_id: str, form: dict[str, Any]) -> tuple[str, subprocess.Popen[bytes]]:
        """Starts ``airflow dags test``; returns the run's id, and the process, which ends with the run."""
        known = {run["dag_run_id"] for run in self.runs(dag_id)}
        process = self._airflow("dags", "test", dag_id, "--conf", json.dumps(form), log=dag_id)
        while True:
            new = {run["dag_run_id"] for run in self.runs(dag_id)} - known
            if new:
                return new.pop(), process
            assert process.poll() is None, (self._home / f"{dag_id}.log").read_text()[-3000:]
            time.sleep(0.5)

    def _airflow(self, *words: str, log: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [AIRFLOW, *words],
            env=self._environment,
            stdout=(self._home / f"{log}.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
