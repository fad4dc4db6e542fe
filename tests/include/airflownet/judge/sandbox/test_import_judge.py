"""A real Airflow answers, and what it runs can do no harm."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflownet.errors import SetupError
from airflownet.judge.sandbox import ImportJudge, SandboxLimits
from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

HEAD = "from airflow.sdk import DAG\nfrom airflow.providers.standard.operators.empty import EmptyOperator\n"
GOOD = HEAD + "with DAG('d'):\n    EmptyOperator(task_id='a') >> EmptyOperator(task_id='b')\n"


@pytest.fixture(scope="module")
def judge() -> Iterator[ImportJudge]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKEN_OF_THE_CALLER", "x")
        opened = ImportJudge(Path(sys.executable), SandboxLimits(wall_s=60, cpu_s=20))
    with opened:
        yield opened


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        pytest.param(GOOD, Outcome.LOADS, "", id="good"),
        pytest.param(HEAD + "undefined\n", Outcome.FAILS, "NameError", id="undefined"),
        pytest.param(HEAD, Outcome.FAILS, "no DAG", id="no-dag"),
        pytest.param(HEAD + "import socket\nsocket.create_connection(('192.0.2.1', 80), 3)\n", Outcome.FAILS, "unreachable", id="network"),
        pytest.param("x = bytearray(10**12)\n", Outcome.FAILS, "MemoryError", id="memory"),
        pytest.param("import os\nos._exit(3)\n", Outcome.UNKNOWN, "Stopped", id="exit"),
        pytest.param("open('big', 'wb').write(b'x' * 50_000_000)\n", Outcome.FAILS, "File too large", id="file-size"),
        pytest.param("import socket\nsocket.socket(socket.AF_UNIX)\n", Outcome.FAILS, "Permission denied", id="socket-file"),
        pytest.param("import socket\nsocket.socket(40)\n", Outcome.FAILS, "Permission denied", id="virtual-machine-host"),
        pytest.param("import socket\nsocket.gethostbyname('example.com')\n", Outcome.FAILS, "gaierror", id="name-lookup"),
        pytest.param("open('/proc/1/environ').read()\n", Outcome.FAILS, "Permission denied", id="environment-of-others"),
        pytest.param("import os\nos.listdir('/root' if os.path.exists('/root') else '/home')\n", Outcome.FAILS, "Permission denied", id="home"),
        pytest.param("import os\nos.symlink('/', 'link')\nopen('link/airflownet-written', 'w')\n", Outcome.FAILS, "Permission denied", id="link"),
        pytest.param("import os\nos.chmod('/', 0o777)\n", Outcome.FAILS, "not permitted", id="chmod"),
        pytest.param("import os\nos.setuid(0)\nopen('/x', 'w')\n", Outcome.FAILS, "rror", id="become-root"),
        pytest.param("import os\nos.kill(-1, 9)\n", Outcome.FAILS, "No such process", id="kill-all"),
        pytest.param("import ctypes\nlibc = ctypes.CDLL(None)\nassert libc.unshare(0x10000000) == 0, 'refused'\n", Outcome.FAILS, "refused", id="ctypes"),
    ],
)  # fmt: skip
def test_answers(judge: ImportJudge, code: str, outcome: Outcome, reason: str) -> None:
    verdict = judge.judge_code(code, id="x")
    assert verdict.outcome is outcome
    assert reason in verdict.reason


def test_agrees_with_the_static_judge_on_the_graph(judge: ImportJudge) -> None:
    assert judge.judge_code(GOOD).dags == judge_code(GOOD, airflow=judge.airflow).dags


def test_cannot_write_elsewhere(judge: ImportJudge, tmp_path: Path) -> None:
    target = tmp_path / "written"
    verdict = judge.judge_code(f"open({str(target)!r}, 'w').write('x')\n")
    assert "Permission denied" in verdict.reason
    assert not target.exists()


def test_the_environment_of_the_caller_is_not_passed_on(judge: ImportJudge) -> None:
    reason = judge.judge_code("import os\nraise RuntimeError(' '.join(sorted(os.environ)))\n").reason
    assert "HOME" in reason
    assert "TOKEN_OF_THE_CALLER" not in reason


def test_processes_are_counted_and_end_with_the_file(judge: ImportJudge) -> None:
    code = """
import os, time
n = 0
try:
    while True:
        if os.fork() == 0:
            os.setsid()
            time.sleep(60)
        n += 1
except OSError:
    raise RuntimeError(f"{n} processes")
"""
    reason = judge.judge_code(code).reason
    assert 10 < int(reason.split()[1]) < 200
    assert judge.judge_code(GOOD).outcome is Outcome.LOADS


@pytest.mark.parametrize(
    "written",
    ['{"tasks": {}, "edges": {}, "error": ""}', '{"tasks": 1}', "[" * 100_000, "not json"],
    ids=["answer", "shape", "nesting", "text"],
)
def test_an_answer_the_file_writes_itself_does_not_reach_the_next_one(
    judge: ImportJudge, written: str
) -> None:
    code = f"""
import os
for descriptor in range(3, 64):
    try:
        os.write(descriptor, {written!r}.encode() + bytes([10]))
    except OSError:
        pass
os._exit(0)
"""
    assert judge.judge_code(code).outcome is not Outcome.LOADS
    assert judge.judge_code(GOOD).outcome is Outcome.LOADS


def test_many_files_are_stopped(judge: ImportJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "i = 0\nwhile True:\n    open(str(i), 'wb').write(bytes(10**6))\n    i += 1\n"
    monkeypatch.setattr(judge, "limits", SandboxLimits(folder_bytes=20_000_000))
    assert "20000000 bytes" in judge.judge_code(code).reason
    assert judge.judge_code(GOOD).outcome is Outcome.LOADS


def test_modules_imported_before_do_not_change_the_answer(judge: ImportJudge) -> None:
    before = judge.judge_code(GOOD)
    judge.warm(["airflow.providers.standard.operators.bash", "airflow.providers.of_nobody", "socket"])
    assert judge.judge_code(GOOD) == before


def test_endless_loop_is_ended(judge: ImportJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "limits", SandboxLimits(wall_s=2))
    assert "more than 2 s" in judge.judge_code("while True:\n    pass\n").reason
    monkeypatch.undo()
    assert judge.judge_code(GOOD).outcome is Outcome.LOADS


def test_missing_interpreter_names_the_remedy() -> None:
    with pytest.raises(SetupError, match="cannot be started"):
        ImportJudge(Path("/nonexistent/python"))


def test_a_file_of_a_project_finds_its_modules_and_writes_nothing_there(
    judge: ImportJudge, tmp_path: Path
) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "ours.py").write_text("import os\nNAME = os.environ['NAME_OF_THE_DAG']\n")
    tries = f"try:\n    open({str(tmp_path / 'left')!r}, 'w')\nexcept OSError:\n    pass\n"
    file = tmp_path / "dags" / "a.py"
    file.write_text(HEAD + "import ours\n" + tries + "dag = DAG(ours.NAME)\n")
    verdict = judge.judge_in_project(
        file,
        root=tmp_path,
        first_on_path=[str(tmp_path / "own")],
        last_on_path=[str(tmp_path / "dags")],
        environment={"NAME_OF_THE_DAG": "nightly"},
    )
    assert [dag.dag_id for dag in verdict.dags] == ["nightly"], verdict.reason
    assert not (tmp_path / "left").exists()
