"""``airflownet judge`` as people and machines call it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = "from airflow.sdk import DAG\n\nwith DAG('good'):\n    pass\n"
BAD = "from airflow.sdk import DAG\n\nwith DAG('bad'):\n    x = undefined_thing\n"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "airflownet.cli.main", "judge", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "bad.py").write_text(BAD)
    return tmp_path


def test_text_shows_the_line(folder: Path) -> None:
    result = run(folder)
    assert result.returncode == 1
    assert "AFN201" in result.stdout
    assert "x = undefined_thing" in result.stdout
    assert "2 files: 1 loads, 1 fails" in result.stdout


def test_exit_codes(folder: Path) -> None:
    assert run(folder / "good.py").returncode == 0
    missing = run(folder / "missing.py")
    assert missing.returncode == 2
    assert "does not exist" in missing.stderr
    assert run().returncode == 2
    assert run(folder, "--airflow", "1.10").returncode == 2


def test_machine_formats(folder: Path) -> None:
    rows = json.loads(run(folder, "--format", "json").stdout)
    assert [row["outcome"] for row in rows] == ["loads", "fails"]
    lines = [json.loads(line) for line in run(folder, "--format", "jsonl").stdout.splitlines()]
    assert lines == rows
    sarif = json.loads(run(folder, "--format", "sarif").stdout)
    codes = [result["ruleId"] for result in sarif["runs"][0]["results"]]
    assert (sarif["version"], codes.count("AFN201")) == ("2.1.0", 1)
    github = run(folder, "--format", "github").stdout
    assert f"::error file={folder / 'sub' / 'bad.py'},line=4,col=9" in github


def test_rows_keep_order_and_bad_rows_do_not_stop(tmp_path: Path) -> None:
    rows = [
        {"id": 7, "code": GOOD, "version": "3.3.1"},
        {"id": "b", "code": BAD, "version": "3.3"},
        {"id": "c", "version": "3.3"},
        {"id": "d", "code": GOOD, "version": "0.1"},
        {"id": "e", "code": GOOD.replace(".sdk", ""), "version": "2.9.3"},
    ]
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join([*map(json.dumps, rows), "not json", ""]))
    result = run("--jsonl", source, "--airflow-field", "version", "--output", output)
    assert result.returncode == 1
    answers = [json.loads(line) for line in output.read_text().splitlines()]
    assert [a["id"] for a in answers] == [7, "b", "c", "d", "e", 6]
    assert [a["outcome"] for a in answers] == ["loads", "fails", "unknown", "unknown", "loads", "unknown"]
    assert [a["airflow"] for a in answers[:2]] == ["3.3", "3.3"]
    assert set(answers[0]) == {"id", "airflow", "outcome", "dags", "violations"}
    assert "not JSON" in answers[5]["reason"]


def test_explain_prints_the_rule() -> None:
    result = run("--explain", "AFN301")
    assert result.returncode == 0
    for part in ("What", "Why", "Bad", "Good"):
        assert f"\n{part}\n" in result.stdout
