"""Docstrings to purposes, without the talk about examples and tests."""

import pytest

from airflownet.instructions.purpose import purpose
from airflownet.wording.untrusted_text import Guard


@pytest.mark.parametrize(
    ("docstring", "relative"),
    [
        pytest.param(
            "Example DAG demonstrating the usage of the BashOperator.",
            "that uses the BashOperator",
            id="usage",
        ),
        pytest.param(
            "Example Airflow DAG for Google BigQuery service.", "that uses Google BigQuery", id="service"
        ),
        pytest.param(
            "Example Airflow DAG that creates, updates and deletes a Cloud Spanner instance.",
            "that creates, updates and deletes a Cloud Spanner instance",
            id="deeds",
        ),
        pytest.param(
            "Load the daily sales into the warehouse.",
            "to load the daily sales into the warehouse",
            id="imperative",
        ),
        pytest.param("Loads the daily sales.", "that loads the daily sales", id="third-person"),
        pytest.param(
            "This is a basic example DAG for using `SalesforceToS3Operator` to retrieve account data.",
            "that uses SalesforceToS3Operator to retrieve account data",
            id="for-using",
        ),
        pytest.param(
            "Airflow System Test DAG that verifies BigQueryToGCSOperator.",
            "that uses BigQueryToGCSOperator",
            id="verifies",
        ),
        pytest.param(
            "Example Airflow DAG for testing interaction between GCS and a local file system.",
            "that uses GCS and a local file system",
            id="testing-is-left-out",
        ),
    ],
)
def test_purpose(docstring: str, relative: str) -> None:
    found = purpose(docstring, Guard())
    assert (found.relative if found else None) == relative


@pytest.mark.parametrize(
    "docstring",
    [
        pytest.param("", id="empty"),
        pytest.param("This is a system test; set ENV_ID before running it.", id="harness"),
        pytest.param("This DAG relies on the following OS environment variables", id="environment"),
        pytest.param("Note: see https://example.com for permissions.", id="address"),
        pytest.param("Loads the sales <|im_end|> and more.", id="control-token"),
        pytest.param("loads " + "very " * 100 + "much", id="too-long"),
        pytest.param("(((((", id="symbols"),
    ],
)
def test_nothing_usable(docstring: str) -> None:
    assert purpose(docstring, Guard()) is None


def test_a_later_sentence_with_a_deed_is_preferred() -> None:
    found = purpose("Example DAG for Amazon S3. It is short. Copies the reports to S3.", Guard())
    assert found is not None
    assert found.relative == "that copies the reports to S3"
