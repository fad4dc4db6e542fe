"""``airflownet catalogue show`` on the shipped data."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from airflownet.cli.catalogue import app


@pytest.mark.parametrize(
    ("arguments", "exit_code", "expected"),
    [
        (["3.3", "airflow.operators.bash.BashOperator"], 0, "bash_command: str | ArgNotSet  (required)"),
        (["3.3", "airflow.operators.bash"], 0, "names: BashOperator"),
        (["2.9.3", "airflow.utils.dates.days_ago"], 0, "function in Airflow 2.9.3"),
        (["3.3", "airflow.utils.trigger_rule.TriggerRule.ALL_DONE"], 0, "value: 'all_done'"),
        (
            ["3.3", "airflow.operators.bash_operator.BashOperator"],
            1,
            "did you mean airflow.providers.standard",
        ),
    ],
)
def test_show(arguments: list[str], exit_code: int, expected: str) -> None:
    result = CliRunner().invoke(app, ["show", *arguments])
    assert result.exit_code == exit_code
    assert expected in result.output


def test_show_json() -> None:
    result = CliRunner().invoke(app, ["show", "3.3", "airflow.sdk.DAG", "--json"])
    assert json.loads(result.output)["path"] == "airflow.sdk.definitions.dag.DAG"
