"""Names in code to words."""

import pytest

from airflownet.wording.identifier_words import identifier_words, is_product


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("GCSCreateBucketOperator", ("GCS", "create", "bucket", "operator"), id="acronym-first"),
        pytest.param("DynamoDBToS3", ("DynamoDB", "to", "S3"), id="product-with-capitals"),
        pytest.param("BigQueryTable", ("BigQuery", "table"), id="camel-product"),
        pytest.param("big_query_table", ("BigQuery", "table"), id="snake-product"),
        pytest.param("load_to_bigquery", ("load", "to", "BigQuery"), id="product-in-one"),
        pytest.param("vertex_ai_endpoint", ("Vertex AI", "endpoint"), id="product-of-two-words"),
        pytest.param("k8s_pod", ("Kubernetes", "pod"), id="abbreviation"),
        pytest.param("Ec2StartInstance", ("EC2", "start", "instance"), id="digit-inside"),
        pytest.param("CloudSQLCreateInstance", ("Cloud SQL", "create", "instance"), id="cloud-sql"),
        pytest.param("CloudRunExecuteJob", ("Cloud Run", "execute", "job"), id="verb-in-product"),
        pytest.param("run-dbt-models", ("run", "dbt", "models"), id="kebab"),
        pytest.param("PubSubCreateTopic", ("Pub/Sub", "create", "topic"), id="spelling-of-its-own"),
        pytest.param("", (), id="empty"),
    ],
)
def test_words(name: str, words: tuple[str, ...]) -> None:
    assert identifier_words(name) == words


def test_long_names_are_bounded() -> None:
    assert len(identifier_words("a_" * 100_000)) <= 200


def test_products_are_known() -> None:
    assert is_product("BigQuery")
    assert is_product("Pub/Sub")
    assert not is_product("bucket")
