"""The stage: every mined file gets a verdict, equal input gives equal bytes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from airflownet.judge.catalogue.store import known_lines
from airflownet.judge.settings import LINES, JudgeSettings
from airflownet.judge.stage import LABELS, VERDICTS, run
from airflownet.records import DagFile, LabelRow, Licence, Verdict
from airflownet.tables import read_table, write_table

CODES = {
    "a": "from airflow.sdk import DAG\nwith DAG('a'):\n    pass\n",
    "b": "import airflow  # dag\nx =",
    "c": "x\0y",
}


def dag_file(name: str) -> DagFile:
    licence = Licence("Apache-2.0", ("header",))
    return DagFile(name, "local", "r", "", "", "", "", f"{name}.py", "", licence, "", "", (), CODES[name])


def test_verdict_for_every_file(tmp_path: Path) -> None:
    mining = tmp_path / "mining"
    mining.mkdir()
    write_table(mining / "dag_files.parquet", DagFile, [dag_file(name) for name in CODES])
    result = run(JudgeSettings(), str(mining), str(tmp_path / "one"))
    verdicts = list(read_table(tmp_path / "one" / VERDICTS, Verdict))
    assert [(v.id, v.outcome.value) for v in verdicts] == [("a", "loads"), ("b", "fails"), ("c", "fails")]
    assert result.counts == {"listed": 3, "kept": 3, "loads": 1, "fails": 2, "unknown": 0}
    run(JudgeSettings(), str(mining), str(tmp_path / "two"))
    assert (tmp_path / "one" / VERDICTS).read_bytes() == (tmp_path / "two" / VERDICTS).read_bytes()
    assert run(JudgeSettings(), str(mining), str(tmp_path / "one")).skipped


def test_the_label_matrix_says_on_which_lines_each_file_loads(tmp_path: Path) -> None:
    mining = tmp_path / "mining"
    mining.mkdir()
    codes = {
        "new": "from airflow.sdk import DAG\nwith DAG('a'):\n    pass\n",
        "old": "from airflow.operators.dummy import DummyOperator\nfrom airflow import DAG\n"
        "with DAG('a', start_date=None):\n    DummyOperator(task_id='t')\n",
        "all": "from airflow import DAG\ndag = DAG('a', start_date=None)\n",
    }
    files = [dataclasses.replace(dag_file("a"), id=name, content=code) for name, code in codes.items()]
    write_table(mining / "dag_files.parquet", DagFile, files)

    run(JudgeSettings(airflow="3.3"), str(mining), str(tmp_path / "out"))

    rows = {row.id: row for row in read_table(tmp_path / "out" / LABELS, LabelRow)}
    assert list(rows) == list(codes)
    assert rows["new"].loads_on == ("3.0", "3.1", "3.2", "3.3")
    assert rows["old"].loads_on == ("2.7", "2.8", "2.9", "2.10", "2.11")
    assert rows["all"].loads_on == LINES == known_lines()
    label = rows["new"].lines[0]
    assert (label.airflow, label.outcome.value, label.code[:3]) == ("2.7", "fails", "AFN")


def test_lines_are_chosen_and_put_in_order() -> None:
    assert JudgeSettings(lines=("3.0", "2.10", "2.9")).lines == ("2.9", "2.10", "3.0")
    with pytest.raises(ValueError, match=r"no catalogue for '4\.0'"):
        JudgeSettings(lines=("4.0",))


def test_without_lines_there_is_no_matrix(tmp_path: Path) -> None:
    write_table(tmp_path / "dag_files.parquet", DagFile, [dag_file("a")])
    run(JudgeSettings(lines=()), str(tmp_path / "dag_files.parquet"), str(tmp_path / "out"))
    assert not (tmp_path / "out" / LABELS).exists()
