"""``airflownet instruct`` on one file."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from airflownet.cli.instruct import instruct
from airflownet.errors import InputError

CODE = '''"""Load the daily sales into the warehouse."""
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator

with DAG("sales", schedule="0 2 * * *"):
    BashOperator(task_id="load", bash_command="date")
'''


def test_one_file_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sales.py"
    file.write_text(CODE)
    instruct(file)
    printed = capsys.readouterr().out
    for part in ("brief", "specification", "workflow", "terse", "load the daily sales", "every day at 02:00"):
        assert part in printed


def test_a_file_without_a_dag_is_a_no(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "none.py"
    file.write_text("x = 1\n")
    with pytest.raises(typer.Exit) as exit_info:
        instruct(file)
    assert exit_info.value.exit_code == 1
    assert "no-dag" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["missing", "not-utf-8"])
def test_an_unreadable_file_is_an_input_error(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "bad.py"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        instruct(file)
