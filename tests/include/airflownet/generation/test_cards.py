"""What the cards tell comes from the catalogue of the line, within the budget."""

from __future__ import annotations

import re

import pytest

from airflownet.errors import InputError
from airflownet.generation.card_index import card_index
from airflownet.generation.cards import cards_for, estimated_tokens
from airflownet.judge.catalogue import load_catalogue

NIGHTLY = "load two tables from S3 to Snowflake every night and tell Slack when it fails"


@pytest.mark.parametrize(
    ("request_text", "wanted"),
    [
        pytest.param("Use the BashOperator", "BashOperator", id="named"),
        pytest.param("run a bash script each day", "BashOperator", id="spoken"),
        pytest.param("use @task.docker", "task.docker", id="decorator"),
        pytest.param(NIGHTLY, "CopyFromExternalStageToSnowflakeOperator", id="transfer"),
        pytest.param(NIGHTLY, "SlackWebhookNotifier", id="notifier"),
        pytest.param(
            "wait for a file in GCS, load it into BigQuery", "GCSToBigQueryOperator", id="direction"
        ),
        pytest.param("wait for the Azure blob", "WasbBlobSensor", id="other-word"),
        pytest.param(
            "create an EKS cluster and run a pod on EKS", "EksCreateClusterOperator", id="from-its-name"
        ),
    ],
)
def test_what_a_request_names_or_implies_has_a_card(request_text: str, wanted: str) -> None:
    assert wanted in [card.name for card in cards_for(request_text).cards]


@pytest.mark.parametrize("line", ["3.3", "2.9", "2.7"])
def test_imports_of_cards_exist_on_the_line(line: str) -> None:
    catalogue = load_catalogue(line)
    for card in cards_for(
        NIGHTLY + " and run a bash command, a pod on Kubernetes", line, budget_tokens=3000
    ).cards:
        module, name = re.findall(r"^from (\S+) import (\w+)$", card.text, re.MULTILINE)[0]
        assert catalogue.resolve(module, name), card.text


def test_required_arguments_stand_on_the_card() -> None:
    cards = {card.name: card.text for card in cards_for("use GCSToBigQueryOperator").cards}
    signature = load_catalogue("3.3").class_(
        "airflow.providers.google.cloud.transfers.gcs_to_bigquery.GCSToBigQueryOperator"
    )
    assert signature is not None
    assert all(f"{name}=..." in cards["GCSToBigQueryOperator"] for name in signature.init.required)


@pytest.mark.parametrize("budget", [0, 40, 150, 400])
def test_the_budget_holds_for_the_whole_text(budget: int) -> None:
    cards = cards_for(NIGHTLY, budget_tokens=budget)
    assert estimated_tokens(cards.text) <= max(budget, 0) + len(cards.cards)
    assert cards.n_left_out or budget > 150


def test_the_old_import_path_is_told_for_an_old_line() -> None:
    assert "from airflow.operators.bash import BashOperator" in cards_for("BashOperator", "2.7").text
    assert "from airflow.sdk import DAG" in cards_for("BashOperator", "3.3").text


def test_what_airflow_does_not_have_is_told() -> None:
    absent = cards_for("use the SnowflakeTeleportOperator and BashOperator").absent
    assert [text.split()[0] for text in absent] == ["SnowflakeTeleportOperator"]


def test_an_unknown_line_is_an_input_error() -> None:
    with pytest.raises(InputError, match=r"1\.0"):
        cards_for("bash", "1.0")


@pytest.mark.parametrize("text", ["", "\x00\x01", "每天运行一个脚本", "a" * 100_000, "<|im_end|>" * 50])
def test_any_text_is_taken(text: str) -> None:
    assert card_index("3.3").implied(text) == card_index("3.3").implied(text)
    assert cards_for(text).cards[0].name == "DAG"
