"""``airflownet judge`` as people and machines call it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = "from airflow.sdk import DAG\n\nwith DAG('good'):\n    pass\n"
BAD = "from airflow.sdk import DAG\n\nwith DAG('bad'):\n    x = undefined_thing\n"


def run(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "airflownet.cli.main", "judge", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, input=stdin)


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


def test_rows_have_ruffs_findings_for_their_version(tmp_path: Path) -> None:
    old = "from airflow import DAG\nwith DAG('a', schedule_interval=None):\n    pass\n"
    rows = [{"id": line, "code": old, "version": line} for line in ("3.3", "2.9")]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result = run("--jsonl", tmp_path / "in.jsonl", "--airflow-field", "version")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["outcome"] for answer in answers] == ["fails", "loads"]
    assert ["AIR301" in {v["code"] for v in answer["violations"]} for answer in answers] == [True, False]
    assert run("--jsonl", tmp_path / "in.jsonl", "--format", "sarif").returncode == 2


def test_standard_input() -> None:
    result = run("-", "--format", "jsonl", stdin=BAD)
    assert result.returncode == 1
    assert json.loads(result.stdout)["id"] == "<stdin>"
    assert run("-", stdin=GOOD).returncode == 0


def test_an_ignored_module_is_no_fault_but_is_mentioned(folder: Path) -> None:
    (folder / ".airflowignore").write_text("sub\n")
    (folder / "sub" / "bad.py").write_text("import airflow\n\n\ndef dag_of(): ...\n")
    result = run(folder / "good.py", folder / "sub" / "bad.py", "--format", "jsonl")
    assert (result.returncode, len(result.stdout.splitlines())) == (0, 1)
    assert "left out by .airflowignore and builds no DAG" in result.stderr


def test_files_without_the_words_are_passed_over(folder: Path) -> None:
    (folder / "__init__.py").write_text("")
    result = run(folder)
    assert "2 files: 1 loads, 1 fails" in result.stdout
    assert "1 file passed over" in result.stderr


def test_a_reader_that_stops_early_sees_no_traceback(folder: Path) -> None:
    for number in range(300):
        (folder / f"g{number}.py").write_text(BAD)
    command = f"{sys.executable} -m airflownet.cli.main judge {folder} | head -1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in result.stderr
    assert len(result.stdout.splitlines()) == 1


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


def test_rows_that_are_unknown_may_be_let_through(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(f'{json.dumps({"id": 1, "code": GOOD})}\n{{"id": 2}}\n')
    result = run("--jsonl", source, "--fail-on", "fails")
    assert [json.loads(line)["outcome"] for line in result.stdout.splitlines()] == ["loads", "unknown"]
    assert result.returncode == 0


@pytest.mark.parametrize(
    "options",
    [("--root", "."), ("--project", "."), ("--installed", "furl"), ("--assume", "variables"), ("--stats",)],
    ids=lambda options: options[0],
)
def test_rows_lie_in_no_project(options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": 1, "code": GOOD}))
    result = run("--jsonl", tmp_path / "in.jsonl", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"{options[0]} with --jsonl: rows lie in no project" in result.stderr


def test_explain_prints_the_rule() -> None:
    result = run("--explain", "AFN301")
    assert result.returncode == 0
    for part in ("What", "Why", "Bad", "Good"):
        assert f"\n{part}\n" in result.stdout
