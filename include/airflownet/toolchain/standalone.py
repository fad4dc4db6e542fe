"""``make standalone``: Airflow's web UI and scheduler on this machine, with one clear line when it is up.

Wraps ``airflow standalone``: checks the port first, imports the pools, keeps the processes' many log
lines in a file, and stops all of them on Ctrl-C. Bound to 127.0.0.1, so no login is asked for unless
``--login`` is given. Standard library alone; expects the settings of ``config/airflow.env``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from airflownet.errors import AirflowNetError, SetupError
from airflownet.toolchain.airflow_settings import CLONE

HOST = "127.0.0.1"
START_TIMEOUT_S = 600
STOP_TIMEOUT_S = 30
# Airflow's log servers listen beside the web port, so that two clones can run side by side.
WORKER_LOG_OFFSET, TRIGGERER_LOG_OFFSET = 713, 714
PASSWORDS = "simple_auth_manager_passwords.json.generated"


def main() -> int:
    """Runs until Ctrl-C; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--login", action="store_true", help="ask for the generated password")
    arguments = parser.parse_args()
    try:
        return run(arguments.port, login=arguments.login)
    except AirflowNetError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code


def run(port: int, *, login: bool) -> int:
    """Starts everything, says how to reach it, waits, and stops everything.

    Raises:
        SetupError: the port is taken, or Airflow did not come up; the message names the log.
    """
    require_free_port(port)
    environment = dict(os.environ) | standalone_settings(port, login=login)
    home = Path(environment["AIRFLOW_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    log_path = home / "standalone.log"
    programs = Path(sys.executable).parent
    airflow = str(programs / "airflow")
    # `airflow standalone` starts its parts by the bare name.
    environment["PATH"] = f"{programs}{os.pathsep}{environment.get('PATH', '')}"
    _say(f"Starting Airflow (about half a minute; log: {log_path}) ...")
    with log_path.open("wb") as log_file:
        for words in (["db", "migrate"], ["pools", "import", str(CLONE / "config" / "pools.json")]):
            if subprocess.run(
                [airflow, *words], env=environment, stdout=log_file, stderr=log_file
            ).returncode:
                raise SetupError(f"airflow {' '.join(words)} failed", f"read {log_path}")
        process = subprocess.Popen(
            [airflow, "standalone"], env=environment, stdout=log_file, stderr=log_file, start_new_session=True
        )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        _wait_until_up(port, process, log_path)
        _say(how_to_log_in(port, home if login else None))
        return process.wait()
    except KeyboardInterrupt:
        _say("Stopping Airflow ...")
        return 0
    finally:
        stop(process)


def standalone_settings(port: int, *, login: bool) -> dict[str, str]:
    """Returns the settings that depend on the port and on whether a password is asked for."""
    return {
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://{HOST}:{port}",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{port}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": str(not login),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(port + WORKER_LOG_OFFSET),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(port + TRIGGERER_LOG_OFFSET),
    }


def require_free_port(port: int) -> None:
    """Raises SetupError when a program listens on the port already."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise SetupError(
                f"port {port} cannot be used on {HOST}: {error}",
                f"make standalone PORT={port + 1 if 1024 <= port < 64000 else 8081}",
            ) from error


def how_to_log_in(port: int, home: Path | None) -> str:
    """Returns what a newcomer needs to know; ``home`` is Airflow's, when a password is asked for."""
    lines = ["", f"Airflow is up:  http://{HOST}:{port}"]
    if home is None:
        lines.append(
            "Log in:         not needed (this machine only; make standalone LOGIN=1 asks for a password)"
        )
    else:
        passwords = json.loads((home / PASSWORDS).read_text())
        lines.append(f"Log in:         as {', '.join(passwords)}; the password is in {home / PASSWORDS}")
    lines += [f"Pipeline:       http://{HOST}:{port}/dags/airflownet_pipeline", "Stop:           Ctrl-C", ""]
    return "\n".join(lines)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends ``airflow standalone`` and all its processes: asked first, then killed. Returns then.

    Whoever starts Airflow again at once needs the ports that the last of them had.
    """
    for number, patience_s in ((signal.SIGTERM, STOP_TIMEOUT_S), (signal.SIGKILL, STOP_TIMEOUT_S)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
            break
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while _group_runs(process.pid) and time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(0.05)


def _group_runs(group: int) -> bool:
    """Tells whether a process of the group still runs; one that is dead and not yet reaped does not."""
    try:
        answer = subprocess.run(
            ["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    rows = (line.split() for line in answer.stdout.splitlines())
    return any(int(pgid) == group and not state.startswith("Z") for pgid, state in rows)


def _wait_until_up(port: int, process: subprocess.Popen[bytes], log_path: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SetupError(f"airflow standalone ended with exit {process.returncode}", f"read {log_path}")
        address = f"http://{HOST}:{port}/api/v2/version"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(1)
    raise SetupError(f"Airflow was not up after {START_TIMEOUT_S} s", f"read {log_path}")


def _interrupt(number: int, frame: object) -> None:  # noqa: ARG001
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
