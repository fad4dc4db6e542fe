"""Outlines: the steps that a request states, what can be meant by each, and their order."""

from __future__ import annotations

import pytest

from airflownet.generation.outline.along_outline import along_outline, task_ids
from airflownet.generation.outline.model import Outline
from airflownet.generation.outline.outline_of import outline_of
from airflownet.generation.outline.stated_values import stated_values
from airflownet.generation.wanted import Wanted
from airflownet.plans.plan_text import from_text


def outline(request: str) -> Outline:
    found = outline_of(Wanted(request))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("request_text", "first_choices"),
    [
        pytest.param(
            "every night at 2 copy orders.csv from S3 to Snowflake, tell Slack when it fails",
            ["CopyFromExternalStageToSnowflakeOperator", "SlackWebhookOperator"],
            id="a-file-name-is-no-end-of-a-sentence",
        ),
        pytest.param(
            "create a GCS bucket, upload a local file to it, then delete the bucket",
            ["GCSCreateBucketOperator", "LocalFilesystemToGCSOperator", "GCSDeleteBucketOperator"],
            id="the-product-of-an-earlier-step",
        ),
        pytest.param(
            "when the file /data/in.csv arrives, run the script /opt/etl.sh",
            ["FileSensor", "BashOperator"],
            id="arrival-is-a-wait",
        ),
        pytest.param(
            "pull the rates from an HTTP API and store them in Postgres",
            ["HttpOperator", "SQLExecuteQueryOperator"],
            id="into-is-a-direction",
        ),
        pytest.param(
            "I need a DAG that creates a Bedrock guardrail and updates the Bedrock guardrail",
            ["BedrockCreateGuardrailOperator", "BedrockUpdateGuardrailOperator"],
            id="the-verb-decides",
        ),
        pytest.param("vacuum the Postgres table events", ["@task"], id="no-export-to-what-nobody-named"),
        pytest.param("create the SNS topic", ["@task"], id="nothing-fits-is-a-function"),
        pytest.param("run an Azure Batch step (AzureBatchOperator)", ["AzureBatchOperator"], id="named"),
        pytest.param("run two bash commands", ["BashOperator", "BashOperator"], id="counted"),
        pytest.param("run a bash command for 10 minutes", ["BashOperator"], id="minutes-are-no-count"),
        pytest.param(
            "delete S3 objects older than 3 versions", ["S3DeleteObjectsOperator"], id="than-is-none"
        ),
        pytest.param(
            "after 5 minutes run two bash commands",
            ["BashOperator", "BashOperator"],
            id="the-number-that-counts",
        ),
        pytest.param(
            "uses the DatabricksSqlOperator. It should run two SQL queries on Databricks",
            ["DatabricksSqlOperator", "DatabricksSqlOperator"],
            id="a-name-said-elsewhere",
        ),
    ],
)
def test_what_can_be_meant_by_each_step(request_text: str, first_choices: list[str]) -> None:
    assert [step.operators[0] for step in outline(request_text).steps] == first_choices


@pytest.mark.parametrize(
    ("request_text", "after"),
    [
        pytest.param("run a bash command, then run a SQL query", [(), (0,)], id="then"),
        pytest.param(
            "create an S3 bucket and run a SQL query in parallel, then run a bash command",
            [(), (), (0, 1)],
            id="in-parallel",
        ),
        pytest.param(
            "dag: [run a SQL query, run a bash command] -> send an email", [(), (), (0, 1)], id="brackets"
        ),
        pytest.param(
            "run two bash commands one after the other, then send an email", [(), (0,), (1,)], id="in-turn"
        ),
        pytest.param(
            "- Tasks:\n  - `a`: run a bash command\n  - `b`: run a SQL query\n  - `c`: send an email\n"
            "- Order: `b`, then `a` and `c` in parallel",
            [(1,), (), (1,)],
            id="stated-by-id",
        ),
        pytest.param(
            "- Tasks:\n  - `a`: run a bash command\n  - `b`: run a SQL query\n"
            "- Order: the tasks do not depend on each other",
            [(), ()],
            id="none",
        ),
    ],
)
def test_what_comes_after_what(request_text: str, after: list[tuple[int, ...]]) -> None:
    assert [step.after for step in outline(request_text).steps] == after


@pytest.mark.parametrize(
    ("request_text", "rules"),
    [
        ("run a bash command, email me@example.com if anything breaks", ["", "one_failed"]),
        ("run a bash command, post to Slack; if a step fails page me@example.com", ["", ""]),
        ("run a bash command, post to Slack, if a step fails page me@example.com", ["", ""]),
        ("run a bash command, post to Slack, if a step fails.", ["", "one_failed"]),
        ("if it fails, tell Slack: run a bash command", ["one_failed", ""]),
        ("create an S3 bucket, then delete the S3 bucket, even when earlier tasks failed", ["", "all_done"]),
        (
            "create an S3 bucket, run a bash command and delete the S3 bucket, whatever happens",
            ["", "", "all_done"],
        ),
    ],
)
def test_what_runs_after_failures(request_text: str, rules: list[str]) -> None:
    assert [step.trigger_rule for step in outline(request_text).steps] == rules


@pytest.mark.parametrize(
    "text", ["", "hm", "Create one file with two Airflow DAGs: one that runs a bash command."]
)
def test_no_outline_where_no_step_or_several_dags_are_asked_for(text: str) -> None:
    assert outline_of(Wanted(text)) is None


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("create an S3 bucket (bucket `sales`)", [("sales", "bucket", "")]),
        ("run `ls /data` in bash", [("ls /data", "run", "command")]),
        ("copy orders.csv to s3://a/b.csv", [("s3://a/b.csv", "", "object"), ("orders.csv", "", "file")]),
        ("email me@example.com", [("me@example.com", "", "email")]),
        ("send a message to #ops", [("#ops", "", "channel")]),
        ("wait for a file in the bucket sales", [("sales", "bucket", "")]),
        ("load the table into Redshift, delete the bucket", []),
    ],
)
def test_values_are_taken_as_they_stand(words: str, values: list[tuple[str, str, str]]) -> None:
    assert [(v.value, v.label, v.kind) for v in stated_values(words)] == values


def test_a_step_that_the_model_left_out_is_put_in_and_one_too_many_is_left_out() -> None:
    asked = Wanted(
        "DAG id `x`: create an S3 bucket (bucket `sales`), then delete the S3 bucket, with 2 retries"
    )
    found = outline(asked.text)
    plan = from_text(
        '{"dag":"y","tasks":[{"BashOperator":"a"},{"S3DeleteBucketOperator":"b","force_delete":true}]}'
    )
    done, told = along_outline(plan, found, asked)
    first, second = done.dags[0].tasks
    assert (first.operator, dict(first.arguments)) == ("S3CreateBucketOperator", {"bucket_name": "sales"})
    assert (second.operator, dict(second.arguments)) == ("S3DeleteBucketOperator", {"force_delete": True})
    assert second.after == (first.task_id,)
    assert done.dags[0].dag_id == "x"
    assert done.dags[0].arguments["default_args"] == {"retries": 2}
    assert any("left out" in line for line in told)


def test_ids_are_those_of_the_request_or_of_its_words_and_all_differ() -> None:
    found = outline("run two bash commands (`one`, `two`), then run a SQL query, then run a SQL query")
    assert task_ids(found) == ("one", "two", "sql_query", "sql_query_2")


def test_of_as_many_values_as_tasks_each_has_its_own() -> None:
    asked = Wanted("wait for the three files a.csv, b.csv and c.csv in /in, then run `ls` in bash")
    plan, _ = along_outline(None, outline(asked.text), asked)
    assert [task.arguments.get("filepath") for task in plan.dags[0].tasks] == [
        "a.csv",
        "b.csv",
        "c.csv",
        None,
    ]


def test_a_dag_that_is_named_and_how_it_runs_are_no_steps() -> None:
    asked = Wanted(
        "create a dag called nightly_backup that runs `ls` in bash, retry each task twice with 10 minutes "
        "between, no catchup, max one active run"
    )
    plan, _ = along_outline(None, outline(asked.text), asked)
    (dag,) = plan.dags
    assert dag.dag_id == "nightly_backup"
    assert [task.operator for task in dag.tasks] == ["BashOperator"]
    assert dict(dag.arguments) == {"default_args": {"retries": 2}, "catchup": False, "max_active_runs": 1}


def test_the_name_of_a_dag_that_is_triggered_is_not_the_id() -> None:
    assert Wanted("trigger a dag called load_orders every night").dag_id == ""
