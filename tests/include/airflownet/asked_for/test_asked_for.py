from __future__ import annotations

import pytest

from airflownet.asked_for import NOT_THERE, asked_for, graph_likeness, read_request

REQUEST = """Write an Airflow DAG to this specification:
- DAG id: `sales`
- Schedule: every day at 02:00
- 2 retries
- Tasks:
  - `fetch_orders`: copy files from S3 to GCS (S3ToGCSOperator; bucket `orders`)
  - `load_orders`: load data into BigQuery
  - `report`: send a message to Slack
- Order: `fetch_orders` -> `load_orders` -> `report`"""
PROSE = (
    "Every day at 2 am, copy the order files from S3 to Google Cloud Storage, then load them into BigQuery "
    "and finally post a message to Slack."
)
IMPORTS = """from airflow.sdk import DAG, task
from airflow.providers.google.cloud.transfers.s3_to_gcs import S3ToGCSOperator
from airflow.providers.google.cloud.transfers.gcs_to_bigquery import GCSToBigQueryOperator
from airflow.providers.slack.operators.slack import SlackAPIPostOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.bash import BashOperator
"""
GOOD = (
    IMPORTS
    + """
with DAG("sales", schedule="0 2 * * *", default_args={"retries": 2}):
    a = S3ToGCSOperator(task_id="fetch_orders", bucket="orders", dest_gcs="gs://x/")
    b = GCSToBigQueryOperator(
        task_id="load_orders", bucket="x", source_objects=["o"], destination_project_dataset_table="d.t"
    )
    c = SlackAPIPostOperator(task_id="report", text="done")
    a >> b >> c
"""
)
EMPTY = (
    IMPORTS
    + """
with DAG("sales", schedule="0 2 * * *", default_args={"retries": 2}):
    ids = ("fetch_orders", "load_orders", "report")
    a, b, c = (EmptyOperator(task_id=one) for one in ids)
    a >> b >> c
"""
)
ECHO = (
    IMPORTS
    + """
with DAG("sales", schedule="0 2 * * *", default_args={"retries": 2}):
    a = BashOperator(task_id="fetch_orders", bash_command="echo 'copy from S3 bucket orders to GCS'")
    b = BashOperator(task_id="load_orders", bash_command='echo "load into BigQuery"')
    c = BashOperator(task_id="report", bash_command="echo send a message to Slack; exit 0")
    a >> b >> c
"""
)
PRINTS = (
    IMPORTS
    + '''
with DAG("sales", schedule="0 2 * * *", default_args={"retries": 2}):
    @task
    def fetch_orders():
        """Copies files from S3 to GCS."""
        print("copy files from S3 to GCS, bucket orders")
        return ["orders"]

    @task
    def load_orders(files):
        print("load data into BigQuery", files)

    @task
    def report():
        print("send a message to Slack")

    load_orders(fetch_orders()) >> report()
'''
)
HOOKS = (
    IMPORTS
    + """
with DAG("sales", schedule="0 2 * * *", default_args={"retries": 2}):
    @task
    def fetch_orders():
        from airflow.providers.amazon.aws.hooks.s3 import S3Hook
        from airflow.providers.google.cloud.hooks.gcs import GCSHook

        for key in S3Hook().list_keys(bucket_name="orders"):
            GCSHook().upload("orders", key, data=S3Hook().read_key(key, "orders"))

    @task
    def load_orders():
        from airflow.providers.google.cloud.hooks.bigquery import BigQueryHook

        BigQueryHook().insert_job(configuration={"load": {}})

    @task
    def report():
        from airflow.providers.slack.hooks.slack import SlackHook

        SlackHook().call("chat.postMessage", json={"text": "message"})

    fetch_orders() >> load_orders() >> report()
"""
)


@pytest.mark.parametrize("request_text", [REQUEST, PROSE], ids=["specification", "prose"])
@pytest.mark.parametrize(
    ("code", "least", "most"),
    [
        pytest.param(GOOD, 0.9, 1.0, id="as-asked"),
        pytest.param(HOOKS, 0.7, 1.0, id="the-same-work-in-python"),
        pytest.param(EMPTY, 0.0, 0.0, id="empty-operators-with-the-right-names"),
        pytest.param(ECHO, 0.0, 0.0, id="echo-of-the-request"),
        pytest.param(PRINTS, 0.0, 0.0, id="functions-that-only-print"),
        pytest.param("x = 1\n", 0.0, 0.0, id="no-dag"),
        pytest.param("def (:\n", 0.0, 0.0, id="does-not-parse"),
    ],
)
def test_only_work_that_is_done_counts(request_text: str, code: str, least: float, most: float) -> None:
    found = asked_for(request_text, code, "3.3")
    assert least <= found.score <= most, found


@pytest.mark.parametrize(
    ("change", "part", "value", "missing"),
    [
        pytest.param(("0 2 * * *", "0 5 * * *"), "schedule", 0.5, "the schedule", id="other-time"),
        pytest.param(("0 2 * * *", "@weekly"), "schedule", 0.0, "the schedule", id="other-rhythm"),
        pytest.param(("a >> b >> c", "b >> a >> c"), "order", 0.5, "the order", id="turned"),
        pytest.param(("    a >> b >> c\n", ""), "order", 0.0, "the order", id="no-order"),
        pytest.param(('"sales"', '"other"'), "dag_id", 0.0, "the DAG id sales", id="id"),
        pytest.param(('bucket="orders"', 'bucket="all"'), "arguments", 0.5, "the value orders", id="value"),
        pytest.param(('"retries": 2', '"retries": 1'), "arguments", 0.5, "2 retries", id="retries"),
    ],
)
def test_parts_tell_what_is_missing(change: tuple[str, str], part: str, value: float, missing: str) -> None:
    found = asked_for(REQUEST, GOOD.replace(*change), "3.3")
    assert getattr(found, part) == pytest.approx(value)
    assert any(missing in text for text in found.missing)
    assert found.score < 1


def test_a_missing_deed_is_told_in_the_words_of_the_request() -> None:
    without = GOOD.replace('    c = SlackAPIPostOperator(task_id="report", text="done")\n', "")
    found = asked_for(PROSE, without.replace(">> b >> c", ">> b"), "3.3")
    assert any("post a message to Slack" in text for text in found.missing)
    assert 0.3 < found.score < 0.8


@pytest.mark.parametrize(
    ("text", "kind", "cron"),
    [
        pytest.param("runs @daily", "cron", "0 0 * * *", id="preset"),
        pytest.param("on the cron schedule `*/5 1 * * 1-5`", "cron", "*/5 1 * * 1-5", id="cron"),
        pytest.param("every Monday at 6:30 pm load it", "cron", "30 18 * * 1", id="weekday"),
        pytest.param("every 15 minutes", "period", "", id="period"),
        pytest.param("only when it is triggered by hand", "manual", "", id="manual"),
        pytest.param("whenever the asset `x` is updated", "assets", "", id="assets"),
        pytest.param("a daily report", "period", "", id="adjective"),
    ],
)
def test_schedules_in_words(text: str, kind: str, cron: str) -> None:
    found = read_request(text).schedule
    assert found is not None
    assert (found.kind, found.cron) == (kind, cron)


@pytest.mark.parametrize(
    ("text", "dag_id"),
    [
        pytest.param("List the files in /data every day in the DAG d1.", "d1", id="at-the-end"),
        pytest.param("In a DAG called `list-data`, list the files in /data.", "list-data", id="at-the-start"),
        pytest.param("List the files in /data every day in the DAG folder.", "", id="a-word-of-the-sentence"),
    ],
)
def test_where_the_work_is_to_stand_is_no_thing_to_work_on(text: str, dag_id: str) -> None:
    found = read_request(text)
    assert found.dag_id == dag_id
    assert [not deed.terms.things - {"folder"} for deed in found.deeds] == [True]


def test_to_write_the_dag_is_no_work_of_its_own() -> None:
    found = read_request("Write a daily Airflow DAG that runs two Azure Synapse pipelines.")
    assert [deed.words for deed in found.deeds] == ["runs two Azure Synapse pipelines"]
    assert found.schedule is not None


@pytest.mark.parametrize("text", ["", "Do something useful.", "`" * 5000, "- " * 9000, "(" * 9000])
def test_a_request_without_readable_work_is_not_scored(text: str) -> None:
    assert asked_for(text, GOOD, "3.3").score == NOT_THERE


def test_graphs_of_two_files() -> None:
    assert graph_likeness(GOOD, GOOD).score == 1.0
    assert graph_likeness(GOOD, EMPTY).operators == 0.0
