"""Requests as people type them, and the outline that is read in them."""

from __future__ import annotations

import pytest

from airflownet.generation.outline.model import Outline
from airflownet.generation.planned import file_of_outline
from airflownet.generation.spoken.bridge import HOOKS
from airflownet.generation.spoken.services import all_operators, argument_rules
from airflownet.generation.spoken.spoken_outline import read_outline
from airflownet.generation.wanted import Wanted
from airflownet.judge.catalogue import load_catalogue
from airflownet.plans.catalogue_names import names_of


def outline(request: str, airflow: str = "3.3") -> Outline:
    found = read_outline(Wanted(request, airflow))
    assert found is not None
    return found


def operators(found: Outline) -> list[str]:
    return [step.operators[0].rpartition(".")[2] for step in found.steps]


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        pytest.param(
            "s3 -> redshift copy every 15 min, table events, bucket click-stream, retries 3, owner growth",
            ["S3ToRedshiftOperator"],
            id="arrow between bare services",
        ),
        pytest.param(
            "take the data from postgres table invoices and put to google cloud storage bucket arch, "
            "after this load in BigQuery dataset finance.invoices",
            ["PostgresToGCSOperator", "GCSToBigQueryOperator"],
            id="fetched in one clause, stored in the next",
        ),
        pytest.param(
            "1. wait for the file s3://in/ready.flag\n2. run a glue job called clean\n"
            "3. send an email to a@b.io",
            ["S3KeySensor", "GlueJobOperator", "EmailOperator"],
            id="numbered list",
        ),
        pytest.param(
            "EMR: create cluster, add spark step s3://code/job.py, wait for step, terminate cluster even if "
            "the step failed",
            [
                "EmrCreateJobFlowOperator",
                "EmrAddStepsOperator",
                "EmrStepSensor",
                "EmrTerminateJobFlowOperator",
            ],
            id="heading that names the service",
        ),
        pytest.param(
            "trigger the airbyte connection 1234-abcd, wait until the sync is done, then kick off a dbt "
            "cloud job with id 5521",
            ["AirbyteTriggerSyncOperator", "AirbyteJobSensor", "DbtCloudRunJobOperator"],
            id="wait for what an earlier step started",
        ),
        pytest.param(
            "Only if it is monday run the bash script /opt/full.sh otherwise run /opt/part.sh, "
            "then email a@b.io",
            ["branch", "BashOperator", "BashOperator", "EmailOperator"],
            id="two ways",
        ),
        pytest.param(
            "three python functions extract, transform, load in sequence",
            ["@task", "@task", "@task"],
            id="names that look like verbs",
        ),
        pytest.param(
            "for each of de, fr: download the csv from https://x.org and upload it to GCS bucket stats",
            ["HttpToGCSOperator", "HttpToGCSOperator"],
            id="for each of a list",
        ),
        pytest.param(
            "evry monday delete the files older then 30 days in /tmp/x with bash comand",
            ["BashOperator"],
            id="typos",
        ),
        pytest.param(
            "run the glue job x and reconcile the ledgers",
            ["GlueJobOperator", "@task"],
            id="a verb that no list has",
        ),
        pytest.param(
            "move files from our FTP to azure blob container inbound, then start the data factory "
            "pipeline p_in",
            ["@task", "AzureDataFactoryRunPipelineOperator"],
            id="no operator between two services",
        ),
    ],
)
def test_the_steps_of_a_request(request_text: str, expected: list[str]) -> None:
    assert [name.removeprefix("task.") for name in operators(outline(request_text))] == expected


def test_values_of_the_words_go_where_they_belong() -> None:
    first, second, third = outline(
        "copy /exports/orders.csv from the SFTP server to the S3 bucket landing, load it into the Snowflake "
        "table RAW.ORDERS and delete the file from the bucket"
    ).steps
    assert first.arguments == {
        "sftp_path": "/exports/orders.csv",
        "s3_bucket": "landing",
        "s3_key": "orders.csv",
    }
    assert (second.arguments or {})["table"] == "RAW.ORDERS"
    assert third.operators == ("S3DeleteObjectsOperator",)
    assert third.arguments == {"bucket": "landing", "keys": ["orders.csv"]}


def test_what_is_said_of_the_dag_is_no_step() -> None:
    found = outline(
        "dag id kube_reports, runs image r.io/a:2 in a kubernetes pod, timeout 1 hour, retry twice with "
        "5 minutes delay, tags: a, b, owner maria, start date 2024-03-01, max one active run, no backfill"
    )
    assert operators(found) == ["KubernetesPodOperator"]
    assert found.dag_id == "kube_reports"
    settings = dict(found.settings or {})
    defaults = settings.pop("default_args")
    assert settings == {
        "start_date": "2024-03-01",
        "tags": ["a", "b"],
        "catchup": False,
        "max_active_runs": 1,
    }
    assert isinstance(defaults, dict)
    assert (defaults["retries"], defaults["owner"]) == (2, "maria")
    assert {"retry_delay", "execution_timeout"} <= defaults.keys()


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("delete the gcs bucket tmp no matter if it worked", "all_done"),
        ("delete the gcs bucket tmp whatever happens", "all_done"),
        ("tell #ops on slack if it breaks", "one_failed"),
        ("in case of an error send an email to a@b.io", "one_failed"),
        ("on success send an email to a@b.io", ""),
    ],
)
def test_what_runs_when_something_failed(words: str, rule: str) -> None:
    last = outline(f"run the glue job clean_orders and {words}").steps[-1]
    assert last.trigger_rule == rule
    assert last.after == (0,)


@pytest.mark.parametrize(
    "request_text",
    [
        "sync the fivetran connector abc, then run the databricks job 998",
        "run the glue job x. The colour of the wombats, yesterday's ones.",
    ],
)
def test_what_is_not_understood_or_cannot_be_built_is_unread(request_text: str) -> None:
    assert outline(request_text).unread


@pytest.mark.parametrize("airflow", ["2.9", "3.3"])
def test_the_file_loads_and_has_the_zone(airflow: str) -> None:
    wanted = Wanted("every weekday at 6 Berlin time export the mysql table a.b to gcs bucket c", airflow)
    found = read_outline(wanted)
    assert found is not None
    code = file_of_outline("", found, wanted).code
    assert all(text in code for text in ("Europe/Berlin", '"0 6 * * 1-5"', "SELECT * FROM a.b"))


def test_the_tables_name_only_what_exists() -> None:
    names = names_of("3.3")
    unknown = [op for op in all_operators() if not op.startswith("@") and names.operator_place(op) is None]
    assert unknown == []
    wrong = [
        f"{operator}.{name}"
        for operator in all_operators()
        if not any(path.endswith(f".{operator}") for path in all_operators())
        and (found := names.operator(operator)) is not None
        and found.init.is_known
        for name in argument_rules(operator)
        if name not in found.init.by_keyword
    ]
    assert wrong == []
    catalogue = load_catalogue("3.3")
    assert [name for module, name, _ in HOOKS.values() if not catalogue.resolve(module, name)] == []
