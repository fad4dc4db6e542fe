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

from airflow_commands import AirflowCommands, Command, kill_group
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
        self._commands = AirflowCommands(home, self._environment)
        self._commands.ask("db", "migrate").wait()
        serialized = self._commands.ask("dags", "reserialize")
        self._process = subprocess.Popen(
            [AIRFLOW, "api-server", "--port", str(self.port)],
            env=self._environment,
            stdout=(home / "session.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._client = httpx.Client(base_url=self.url, timeout=60)
        try:
            assert serialized.wait() == 0, self._commands.log.read_text()[-3000:]
            self._wait_until_up()
            self._client.headers.update(self.may("admin"))
        except BaseException:
            self.close()
            raise

    def run(self, dag_id: str, form: dict[str, Any]) -> tuple[str, Command]:
        """Starts ``airflow dags test``; returns the run's id, and the command, which ends with the run."""
        known = {run["dag_run_id"] for run in self.runs(dag_id)}
        command = self._commands.ask("dags", "test", dag_id, "--conf", json.dumps(form))
        while True:
            new = {run["dag_run_id"] for run in self.runs(dag_id)} - known
            if new:
                return new.pop(), command
            assert command.poll() is None, self._commands.log.read_text()[-3000:]
            time.sleep(0.5)

    def close(self) -> None:
        """Ends both at once: nobody reads what they would leave."""
        self._client.close()
        self._commands.close()
        kill_group(self._process)


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
