"""What is said when the environment to ask cannot be built."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from airflownet.errors import AirflowNetError, DiskSpaceError, NetworkError, SetupError
from airflownet.judge.sandbox import uv_install
from airflownet.judge.sandbox.uv_install import failure, install

COMPILER = """warning: x.whl is missing an upload date, but user provided 2024-08-20
  x Failed to build `mysqlclient==2.2.4`
  |- The build backend returned an error
      Exception: Can not find valid pkg-config name.
"""


@pytest.mark.parametrize(
    ("output", "kind", "said"),
    [
        pytest.param(COMPILER, SetupError, "mysqlclient==2.2.4 did not compile", id="compiler"),
        pytest.param(COMPILER, SetupError, "apt-get install default-libmysqlclient-dev", id="debian"),
        pytest.param("error: No space left on device\n", DiskSpaceError, "disk", id="disk"),
        pytest.param("error: Failed to fetch: dns error\n", NetworkError, "index", id="network"),
        pytest.param("error: something else\n", SetupError, "could not be installed", id="other"),
    ],
)  # fmt: skip
def test_failure_names_the_remedy(
    output: str, kind: type[AirflowNetError], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    error = failure("Airflow 2.9", output)
    assert isinstance(error, kind)
    assert said in str(error)
    assert "upload date" not in capsys.readouterr().err


def test_quiet_lines_go_to_the_log_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "uv"
    program.write_text(
        f"#!{sys.executable}\nprint('Resolved 3 packages')\nprint('x.whl is missing an upload date')\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(uv_install.shutil, "which", lambda *_, **__: str(program))
    monkeypatch.setattr(uv_install, "pip_configuration", lambda _: {})
    install(tmp_path / "env", ["a==1"], "2024-08-20", "Airflow 2.9")
    shown = capsys.readouterr().err
    assert "Resolved 3 packages" in shown
    assert "upload date" not in shown
    assert "upload date" in (tmp_path / "env.log").read_text()
    assert not (tmp_path / "env.in").exists()


def test_the_command_answers_without_a_traceback() -> None:
    command = [sys.executable, "-m", "airflownet.judge.sandbox.oracle", "1.10"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.startswith("Error: there is no catalogue of Airflow 1.10\n  Remedy: take one of 2.7")
