"""What the judge's Python refuses and the project's may take is no fault of the file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from airflownet.judge.interpreter.source import newer_syntax as syntax
from airflownet.judge.project.reading import read_project
from airflownet.judge.verdict import judge_code

NEWER = (sys.version_info[0], sys.version_info[1] + 1)


@pytest.mark.parametrize(
    ("message", "line", "python", "is_told"),
    [
        ("f-string: unterminated string", "x = f\"{f'{y}'}\"", (3, 12), True),
        ("f-string: unterminated string", "x = f\"{f'{y}'}\"", (3, 11), False),
        ("f-string: unterminated string", "x = f\"{f'{y}'}\"", (), False),
        ("invalid syntax", "type X = int", (3, 12), True),
        ("expected '('", "def first[T](x: T) -> T:", (3, 13), True),
        ("invalid syntax", "class Box[T]:", (3, 12), True),
        ("invalid syntax", "x = t'{y}'", (3, 14), True),
        ("invalid syntax", "x = t'{y}'", (3, 13), False),
        ("multiple exception types must be parenthesized", "except A, B:", (3, 14), True),
        ("expected ':'", "if x", (3, 14), False),
        ("invalid syntax", "print 'x'", (3, 14), False),
    ],
)
def test_what_a_newer_python_may_take(
    monkeypatch: pytest.MonkeyPatch, message: str, line: str, python: tuple[int, ...], *, is_told: bool
) -> None:
    monkeypatch.setattr(syntax, "_HERE", (3, 11))
    error = SyntaxError(message, ("d.py", 2, 1, line))
    assert bool(syntax.newer_syntax(error, f"\n{line}\n", python)) is is_told


def test_the_outcome_is_unknown_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "_since", lambda _, text: NEWER if "newer" in text else (9, 0))
    (tmp_path / "Dockerfile").write_text(f"FROM apache/airflow:3.1.0-python{NEWER[0]}.{NEWER[1]}\n")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "mine.py").write_text("newer syntax\n")
    project = read_project(tmp_path, [tmp_path / "dags"])
    file = str(tmp_path / "dags" / "d.py")
    head = "from airflow.sdk import DAG\nwith DAG('d'): pass\n"
    for code in (f"{head}newer syntax\n", f"{head}import mine\n"):
        verdict = judge_code(code, airflow="3.1", path=file, project=project)
        assert verdict.outcome == "unknown"
        assert f"which Python {NEWER[0]}.{NEWER[1]} may take: run the judge with that" in verdict.reason
    assert judge_code(f"{head}other syntax\n", airflow="3.1", path=file, project=project).outcome == "fails"
    assert judge_code(f"{head}newer syntax\n", airflow="3.1").outcome == "fails"
