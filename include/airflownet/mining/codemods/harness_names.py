"""The vocabulary of Airflow's system-test harness, by which its parts are told from a user's code.

Read from Airflow's own repository: ``devel-common/src/tests_common`` and the ``tests/system`` folder of
each provider; before 2.10 the same helpers were in ``tests.system.utils``.
"""

from __future__ import annotations

import re

_PROVIDERS = (
    "airbyte|alibaba|amazon|apache|arangodb|asana|atlassian|celery|cncf|cohere|common|core|"
    "databricks|datadog|dbt|dingding|discord|docker|elasticsearch|exasol|fab|facebook|ftp|"
    "github|google|grpc|hashicorp|http|imap|influxdb|jdbc|jenkins|microsoft|mongo|mysql|neo4j|"
    "odbc|openai|openfaas|openlineage|opensearch|opsgenie|oracle|pagerduty|papermill|pgvector|"
    "pinecone|postgres|presto|qdrant|redis|salesforce|samba|segment|sendgrid|sftp|singularity|"
    "slack|smtp|snowflake|sqlite|ssh|standard|tableau|telegram|teradata|trino|vertica|weaviate|"
    "yandex|ydb|zendesk"
)

RESOURCE_CLEANUP = "airflow_google_provider_resource_cleanup"
_MODULE = (
    r"(?:dev\.)?tests_common|(?:dev\.)?tests\.(?:system|test_utils)|providers\.tests|"
    rf"(?:providers\.\w+\.)?(?:tests\.)?system\.(?:{_PROVIDERS})"
)
_HARNESS_MODULE = re.compile(rf"(?:{_MODULE})(?:\.|$)")
_MENTION = re.compile(
    rf"^[ \t]*(?:from|import)[ \t]+(?:{_MODULE}|{RESOURCE_CLEANUP})\b|SYSTEM_TESTS_[A-Z]", re.MULTILINE
)

BUILDER = "SystemTestContextBuilder"
ENV_ID_VARIABLE = "SYSTEM_TESTS_ENV_ID"
ENV_ID_FUNCTION = "get_test_env_id"
CONNECTION_FUNCTIONS = ("create_airflow_connection", "delete_airflow_connection")
VERSION_SWITCH = re.compile(r"AIRFLOW_V_\d+(?:_\d+)*_PLUS")
LEFT_OVER = re.compile(
    rf"\b(?:tests_common|get_test_run|{BUILDER}|{ENV_ID_FUNCTION}|SYSTEM_TESTS_\w+|"
    r"DEFAULT_GCP_SYSTEM_TEST_\w+|(?:create|delete)_airflow_connection)\b"
)


def mentions_harness(text: str) -> bool:
    """Tells whether a file imports the harness or reads its settings; no other file is ever changed."""
    return _MENTION.search(text) is not None


def is_harness_module(module: str) -> bool:
    """Tells whether a dotted module name belongs to the harness."""
    return _HARNESS_MODULE.match(module) is not None
