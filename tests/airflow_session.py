"""A whole Airflow as users have it: API server, scheduler, DAG processor, triggerer and LocalExecutor.

Started as ``make standalone`` starts it, in a home of its own, and spoken to over its REST API alone.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from airflownet.toolchain.airflow_settings import airflow_settings
from airflownet.toolchain.standalone import PASSWORDS

UP_AFTER_S = 480
"""Airflow is up in 20 s on two quiet cores; this is for machines that other programs keep busy."""
USERS = {"admin": "admin", "viewer": "viewer", "stranger": ""}
"""Name -> role of Airflow's simple auth manager."""
FINAL = ("success", "failed")


class AirflowSession:
    """One running Airflow that asks for a login; ``close`` ends all its processes.

    Spoken to as ``admin``; ``viewer`` may only look, ``stranger`` may do nothing. Passwords are the names.
    """

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.port = _free_port()
        (home / PASSWORDS).write_text(json.dumps({name: name for name in USERS}))
        settings = airflow_settings() | {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "300",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
                f"{name}:{role}" for name, role in USERS.items()
            ),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "airflownet.toolchain.standalone", "--port", str(self.port), "--login"],
            env=os.environ | settings | environment,
            stdout=(home / "session.log").open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._home = home
        self._client = httpx.Client(base_url=self.url, timeout=60)
        try:
            self._wait_until_up()
            self._client.headers.update(self.may("admin"))
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """Address of the web interface."""
        return f"http://127.0.0.1:{self.port}"

    def may(self, user: str) -> dict[str, str]:
        """Returns the headers that a request of the user has."""
        answer = self._client.post("/auth/token", json={"username": user, "password": user})
        answer.raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def close(self) -> None:
        """Ends everything: Ctrl-C, as a person would."""
        self._client.close()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(90)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Returns the answer to ``GET /api/v2/<path>``."""
        answer = self._asked_again(f"/api/v2/{path}", query)
        answer.raise_for_status()
        return dict(answer.json())

    def _asked_again(self, address: str, query: dict[str, Any]) -> httpx.Response:
        """A kept connection may be closed just as the next question is sent: it is asked once more."""
        try:
            return self._client.get(address, params=query)
        except httpx.TransportError:
            time.sleep(2)
            return self._client.get(address, params=query)

    def page(self, path: str, user: str = "") -> httpx.Response:
        """Returns a page of the web interface, as another user sees it where one is named."""
        return self._client.get(path, follow_redirects=True, headers=self.may(user) if user else None)

    def refusal(self, method: str, address: str, content: dict[str, Any], user: str) -> int:
        """Returns the status of a user's request to change something."""
        return self._client.request(method, address, json=content, headers=self.may(user)).status_code

    def send(self, method: str, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """Returns the answer to another request, with its reason when it is refused."""
        answer = self._client.request(method, f"/api/v2/{path}", json=content)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def trigger(self, dag_id: str, form: dict[str, Any], **fields: Any) -> str:
        """Returns the id of a run that the form starts."""
        content = {"logical_date": None, "conf": form, **fields}
        return str(self.send("POST", f"dags/{dag_id}/dagRuns", content)["dag_run_id"])

    def finished(self, dag_id: str, run_id: str, timeout_s: float = 600) -> dict[str, Any]:
        """Returns the run once it has an end; a failed one comes with what its tasks said."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            run = self.get(f"dags/{dag_id}/dagRuns/{run_id}")
            if run["state"] in FINAL:
                if run["state"] == "failed":
                    raise AssertionError(f"{dag_id} failed:\n{self._last_words(dag_id, run_id)}")
                return run
            time.sleep(1)
        raise AssertionError(
            f"{dag_id} {run_id} had no end after {timeout_s} s: {self.states(dag_id, run_id)}"
        )

    def decided(
        self,
        dag_id: str,
        run_id: str,
        task_id: str,
        option: str,
        timeout_s: float = 600,
        *,
        map_indices: Sequence[int] = (-1,),
        said: Mapping[str, str] | None = None,
    ) -> None:
        """Answers the task's question, of each mapped instance, until the run has an end.

        Airflow 3.3.2 loses an answer that comes before its scheduler has heard that the task waits: it asks
        anew.
        """
        task = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}"
        content = {"chosen_options": [option], "params_input": dict(said or {})}
        answered: set[tuple[int, int]] = set()
        deadline = time.monotonic() + timeout_s
        while self.get(f"dags/{dag_id}/dagRuns/{run_id}")["state"] not in FINAL:
            assert time.monotonic() < deadline, f"{run_id} had no end after answers to tries {answered}"
            for asking in self._instances(dag_id, run_id):
                index, number = asking["map_index"], asking["try_number"]
                is_asking = asking["task_id"] == task_id and asking["state"] == "awaiting_input"
                if is_asking and index in map_indices and (index, number) not in answered:
                    time.sleep(4)  # a person reads first
                    self.send("PATCH", f"{task}/{index}/hitlDetails", content)
                    answered.add((index, number))
            time.sleep(1)

    def wait_for(self, condition: Callable[[], bool], timeout_s: float = 120) -> None:
        """Waits until the condition is true."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, f"not within {timeout_s} s"
            time.sleep(1)

    def asset_events(self) -> list[dict[str, Any]]:
        """Returns the newest asset events; none while a run that one of them woke has not begun.

        Airflow 3.3.2 answers with 500 then: its answer's schema wants the start of each such run.
        """
        answer = self._asked_again("/api/v2/assets/events", {"limit": 100, "order_by": "-timestamp"})
        return list(answer.json()["asset_events"]) if answer.status_code != 500 else []

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Returns the DAG's runs."""
        return list(self.get(f"dags/{dag_id}/dagRuns", limit=100)["dag_runs"])

    def states(self, dag_id: str, run_id: str) -> dict[str, str]:
        """Returns task id -> state; a mapped task's last one."""
        return {task["task_id"]: task["state"] for task in self._instances(dag_id, run_id)}

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str = "return_value") -> Any:
        """Returns one XCom value."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
        return self.get(path)["value"]

    def log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1, map_index: int = -1) -> str:
        """Returns a try's log as the web interface shows it."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}"
        lines = self.get(path, map_index=map_index, full_content=True)["content"]
        return "\n".join(
            str(line.get("event", line)) if isinstance(line, dict) else str(line) for line in lines
        )

    def _instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        return list(self.get(f"dags/{dag_id}/dagRuns/{run_id}/taskInstances", limit=100)["task_instances"])

    def _last_words(self, dag_id: str, run_id: str) -> str:
        failed = [task for task in self._instances(dag_id, run_id) if task["state"] == "failed"]
        return "\n".join(
            f"{task['task_id']}:\n"
            + self.log(dag_id, run_id, task["task_id"], task["try_number"], task["map_index"])[-3000:]
            for task in failed
        )

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + UP_AFTER_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                if self._client.get("/api/v2/monitor/health").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(1)
        logs = [path.read_text(errors="replace")[-3000:] for path in self._home.glob("*.log")]
        raise AssertionError("Airflow did not come up:\n" + "\n".join(logs))


def _free_port() -> int:
    """Returns a port whose neighbours for the log servers are free too."""
    for port in range(18080, 19000, 7):
        try:
            for number in (port, port + 713, port + 714):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", number))
        except OSError:
            continue
        return port
    raise AssertionError("no free port between 18080 and 19000")
