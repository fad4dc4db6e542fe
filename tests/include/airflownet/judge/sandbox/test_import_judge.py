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
    with ImportJudge(Path(sys.executable), SandboxLimits(wall_s=20, cpu_s=10)) as opened:
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


def test_endless_loop_is_ended() -> None:
    with ImportJudge(Path(sys.executable), SandboxLimits(wall_s=2)) as judge:
        assert judge.judge_code("while True:\n    pass\n").outcome is Outcome.UNKNOWN
        assert judge.judge_code(GOOD).outcome is Outcome.LOADS


def test_missing_interpreter_names_the_remedy() -> None:
    with pytest.raises(SetupError, match="cannot be started"):
        ImportJudge(Path("/nonexistent/python"))
