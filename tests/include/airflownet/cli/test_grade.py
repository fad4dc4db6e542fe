"""``airflownet grade`` as a process would see it."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from airflownet.cli.grade import grade
from airflownet.errors import InputError
from judged_rows import able_judge, facts, write_results
from servers.anthropic_server import AnthropicServer

SETTINGS = """
canary_prompts: 2
repeated_prompts: 1
n_repeats: 2
claude: {{base_url: "{url}", poll_interval_s: 0, settle_s: 0}}
"""


def test_plan_grade_and_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
    evaluation = write_results(tmp_path / "run" / "evaluation", 3)
    file = tmp_path / "grade.yaml"
    with AnthropicServer(reply=able_judge) as server:
        file.write_text(SETTINGS.format(url=server.url))
        grade(str(evaluation), settings=file, plan=True)
        assert "requests to claude-sonnet-5-5, at most" in capsys.readouterr().out
        assert server.n_submitted == 0
        grade(str(evaluation), settings=file)
        printed = capsys.readouterr().out
        for part in ("wonder-coder-7b", "5.00", "kappa 1.00", "2 of 2 as expected", "0 faults overlooked"):
            assert part in printed
        assert (tmp_path / "run" / "grading" / "grades.parquet").is_file()
        server.reply = lambda _params: facts(set())
        with pytest.raises(typer.Exit) as exit_info:
            grade(str(evaluation), str(tmp_path / "b" / "grading"), settings=file, model="claude-haiku-5-5")
        assert exit_info.value.exit_code == 1
        assert "Not to be believed: 0 of 2 canaries" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "named"),
    [("nonsense: 1", "nonsense"), ("- a", "no mapping"), ("{", "cannot be read"), ("n_repeats: 0", "got 0")],
)
def test_wrong_settings_are_told(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "grade.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match=named):
        grade("nowhere", settings=file)
