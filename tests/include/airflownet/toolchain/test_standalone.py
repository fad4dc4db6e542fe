import json
import socket
import subprocess
import sys

import pytest

from airflownet.errors import SetupError
from airflownet.toolchain.standalone import how_to_log_in, require_free_port, standalone_settings, stop


def test_taken_port_is_named_with_another_one():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SetupError, match=f"port {port}") as caught:
            require_free_port(port)
    assert "make standalone PORT=" in caught.value.remedy
    require_free_port(port)


def test_impossible_port_is_an_error_of_the_same_kind():
    with pytest.raises(SetupError):
        require_free_port(70_000)


def test_web_port_and_execution_address_agree():
    settings = standalone_settings(8123, login=False)
    assert settings["AIRFLOW__API__PORT"] == "8123"
    assert settings["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8123/execution/"
    assert settings["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_password_is_never_printed(tmp_path):
    path = tmp_path / "simple_auth_manager_passwords.json.generated"
    path.write_text(json.dumps({"admin": "hunter2"}))
    text = how_to_log_in(8080, tmp_path)
    assert "admin" in text
    assert str(path) in text
    assert "hunter2" not in text


def test_stop_ends_the_whole_group():
    # A parent that leaves a child behind, as `airflow standalone` does when it is killed.
    script = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True)
    child = int(process.stdout.readline())
    stop(process)
    process.stdout.close()
    assert process.returncode is not None
    assert not runs(child)


def runs(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in ("", "Z")
