"""``airflownet magpie``: help, and what a tiny model leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from airflownet.cli.main import typer_app


def test_help_teaches() -> None:
    result = CliRunner().invoke(typer_app, ["magpie", "--help"])
    assert result.exit_code == 0
    assert "make up requests" in result.output


@pytest.mark.llama
def test_nothing_left_is_the_answer_no(models: Path, tmp_path: Path) -> None:
    recipe = (Path(__file__).resolve().parents[4] / "recipes" / "tiny.yaml").read_text()
    small = recipe.replace(
        "  n_requests: 20\n  n_replay: 4\n", "  n_requests: 3\n  max_request_tokens: 16\n", 1
    )
    small = small.replace("  max_request_tokens: 96\n", "", 1)
    (tmp_path / "small.yaml").write_text(small)
    options = {"recipe": "small.yaml", "output": "magpie"}
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(tmp_path / value))]
    arguments += ["--base-model", str(models / "base.gguf")]
    result = CliRunner().invoke(typer_app, ["magpie", *arguments])
    assert result.exit_code == 1, result.output
    assert "structure" in result.output
    assert "0 rows of 3 requests drawn" in result.output
