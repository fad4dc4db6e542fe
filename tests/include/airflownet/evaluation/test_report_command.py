"""``airflownet report`` and ``airflownet evaluate`` as a user calls them."""

import pytest
import typer
from typer.testing import CliRunner

from airflownet.cli.evaluate import evaluate
from airflownet.cli.report import report
from airflownet.errors import ArtifactError


def call(command, *arguments):
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("below", ["", "evaluation"], ids=["run", "evaluation"])
def test_report_shows_table_and_path(finished_run, below):
    answer = call(report, str(finished_run / below))
    assert answer.exit_code == 0
    assert "7" in answer.stdout
    assert "Fine-tuned" in answer.stdout
    assert f"Report: {finished_run / 'evaluation' / 'report.html'}" in answer.stdout


def test_report_of_nothing_names_the_remedy(tmp_path):
    with pytest.raises(ArtifactError, match="airflownet evaluate"):
        call(report, str(tmp_path))


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"format": 99}', '{"format": 1}'], ids=["cut", "list", "newer", "empty"]
)
def test_a_damaged_summary_is_an_error_not_a_crash(tmp_path, text):
    (tmp_path / "summary.json").write_text(text)
    with pytest.raises(ArtifactError):
        call(report, str(tmp_path))


def test_evaluate_of_nothing_names_the_remedy(tmp_path):
    from airflownet.errors import AirflowNetError

    with pytest.raises(AirflowNetError, match="Remedy"):
        call(evaluate, str(tmp_path))
