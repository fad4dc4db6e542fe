"""The stage: every mined file gets a verdict, equal input gives equal bytes."""

from __future__ import annotations

from pathlib import Path

from airflownet.judge.settings import JudgeSettings
from airflownet.judge.stage import VERDICTS, run
from airflownet.records import DagFile, Licence, Verdict
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
