"""The stage on a small table."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from airflownet.errors import ArtifactError
from airflownet.instructions.settings import InstructionSettings
from airflownet.instructions.stage import run
from airflownet.locations import read_manifest
from airflownet.records import DagFile, Instruction, Licence, stable_id
from airflownet.tables import read_table, write_table

GOOD = '''"""Load the daily sales into the warehouse."""
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator

with DAG("sales", schedule="@daily", catchup=False):
    extract = BashOperator(task_id="extract", bash_command="echo extract")
    load = BashOperator(task_id="load", bash_command="echo load")
    extract >> load
'''


def _dag_file(path: str, content: str) -> DagFile:
    digest = hashlib.sha256(content.encode()).hexdigest()
    return DagFile(
        id=stable_id("repo", path, "1", digest),
        source="local",
        repo="repo",
        ref="1",
        commit="",
        archive="",
        archive_sha256="",
        path=path,
        blob_sha1="",
        licence=Licence("Apache-2.0", ("header",)),
        source_sha256=digest,
        content_sha256=digest,
        transforms=(),
        content=content,
    )


@pytest.fixture
def mining(tmp_path: Path) -> Path:
    folder = tmp_path / "mining"
    folder.mkdir()
    files = [_dag_file("good.py", GOOD), _dag_file("copy.py", GOOD), _dag_file("bad.py", "with (")]
    files.append(_dag_file("none.py", "x = 1\n"))
    write_table(folder / "dag_files.parquet", DagFile, files)
    return folder


def test_rows_are_sorted_and_counted(mining: Path, tmp_path: Path) -> None:
    output = str(tmp_path / "instructions")
    result = run(InstructionSettings(), str(mining), output)
    rows = list(read_table(tmp_path / "instructions" / "instructions.parquet", Instruction))
    assert [(row.dag_file_id, row.view) for row in rows] == sorted(
        (row.dag_file_id, row.view) for row in rows
    )
    assert len(rows) == 8
    assert result.counts["listed"] == 4
    assert result.counts["kept"] == 2
    assert result.counts["instructions_brief"] == 2
    manifest = read_manifest(output)
    assert manifest["funnel"]["dropped"] == {"no-dag": 1, "syntax-error": 1}
    assert manifest["facts"]["mean_chars"]["brief"] > 20
    brief = next(row for row in rows if row.view == "brief")
    assert "load the daily sales into the warehouse" in brief.text
    assert brief.id == stable_id(brief.dag_file_id, "describer", "brief", brief.text)


def test_a_second_run_is_skipped_and_a_fresh_one_gives_equal_bytes(mining: Path, tmp_path: Path) -> None:
    output = tmp_path / "instructions"
    run(InstructionSettings(), str(mining), str(output))
    before = (output / "instructions.parquet").read_bytes()
    assert run(InstructionSettings(), str(mining), str(output)).skipped
    again = run(InstructionSettings(), str(mining), str(output), fresh=True)
    assert not again.skipped
    assert (output / "instructions.parquet").read_bytes() == before


def test_only_chosen_views_are_written(mining: Path, tmp_path: Path) -> None:
    settings = InstructionSettings(views=("terse",))
    result = run(settings, str(mining), str(tmp_path / "instructions"))
    assert result.counts["instructions"] == 2
    assert "instructions_brief" not in result.counts


def test_missing_input_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="does not exist"):
        run(InstructionSettings(), str(tmp_path / "nowhere"), str(tmp_path / "out"))
