"""Plain values for what the harness would have fetched from the environment of a test run."""

from __future__ import annotations

import re

PROJECT_ID = '"my-project"'
ENVIRONMENT = '"dev"'

CONSTANTS = {
    "DEFAULT_ARGS": '{"default_pipeline_options": {"output": "gs://my-bucket/output"}}',
    "GCP_PROJECT_ID": PROJECT_ID,
    "GCS_INPUT": '"gs://my-bucket/input/kinglear.txt"',
    "GCS_OUTPUT": '"gs://my-bucket/output"',
    "GCS_STAGING": '"gs://my-bucket/staging/"',
    "GCS_TMP": '"gs://my-bucket/temp/"',
    "GCS_PYTHON": '"gs://my-bucket/pipelines/wordcount.py"',
    "GCS_PYTHON_DATAFLOW_ASYNC": '"gs://my-bucket/pipelines/wordcount_streaming.py"',
    "GCS_GO": '"gs://my-bucket/pipelines/wordcount.go"',
    "GCS_GO_DATAFLOW_ASYNC": '"gs://my-bucket/pipelines/wordcount_streaming.go"',
    "GCS_JAR_DIRECT_RUNNER": '"gs://my-bucket/jars/wordcount-direct.jar"',
    "GCS_JAR_DATAFLOW_RUNNER": '"gs://my-bucket/jars/wordcount-dataflow.jar"',
    "GCS_JAR_SPARK_RUNNER": '"gs://my-bucket/jars/wordcount-spark.jar"',
    "GCS_JAR_FLINK_RUNNER": '"gs://my-bucket/jars/wordcount-flink.jar"',
    "GCS_JAR_DIRECT_RUNNER_BUCKET_NAME": '"my-bucket"',
    "GCS_JAR_DATAFLOW_RUNNER_BUCKET_NAME": '"my-bucket"',
    "GCS_JAR_SPARK_RUNNER_BUCKET_NAME": '"my-bucket"',
    "GCS_JAR_FLINK_RUNNER_BUCKET_NAME": '"my-bucket"',
    "GCS_JAR_DIRECT_RUNNER_OBJECT_NAME": '"jars/wordcount-direct.jar"',
    "GCS_JAR_DATAFLOW_RUNNER_OBJECT_NAME": '"jars/wordcount-dataflow.jar"',
    "GCS_JAR_SPARK_RUNNER_OBJECT_NAME": '"jars/wordcount-spark.jar"',
    "GCS_JAR_FLINK_RUNNER_OBJECT_NAME": '"jars/wordcount-flink.jar"',
    "START_DATE": "datetime(2021, 1, 1)",
    "DEFAULT_GCP_SYSTEM_TEST_PROJECT_ID": PROJECT_ID,
}
"""Constants of harness modules, by name."""

CALLS = {
    "get_latest_ami_id": '"ami-0123456789abcdef0"',
    "get_default_vpc_id": '"vpc-0123456789abcdef0"',
    "get_role_name": '"example-role"',
    "get_text_inference_profile_arn": (
        '"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0"'
    ),
    "get_text_embedding_gemini_model": '"gemini-embedding-001"',
    "get_default_gemini_model": '"gemini-2.5-flash"',
    "get_sft_enabled_gemini_model": '"gemini-2.5-flash"',
}
"""What calls of harness functions would give, by function name."""

_ARN_SERVICES = {"SECRET": "secretsmanager:us-east-1", "KMS": "kms:us-east-1"}


def variable_value(name: str, *, is_list: bool = False) -> str:
    """Returns a Python literal that suits an externally fetched variable, judged by its name."""
    values = _list_of(name) or [_value(name)]
    if is_list:
        return "[" + ", ".join(f'"{value}"' for value in values) + "]"
    return '"' + ",".join(values) + '"'


def _list_of(name: str) -> list[str]:
    if name.endswith("SUBNETS"):
        return ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]
    if "SECURITY_GROUP" in name:
        return ["sg-0123456789abcdef0"]
    return []


def _value(name: str) -> str:
    plain = name.lower().replace("_", "-")
    if name.endswith("_ARN"):
        for word, service in _ARN_SERVICES.items():
            if word in name:
                return f"arn:aws:{service}:123456789012:secret:example"
        return "arn:aws:iam::123456789012:role/example-role"
    if "ACCOUNT_ID" in name:
        return "123456789012"
    if "EMAIL" in name:
        return "user@example.com"
    if name.endswith("PROJECT") or name == "GCP_PROJECT_ID":
        return PROJECT_ID.strip('"')
    return re.sub(r"^(?!example|my)", "example-", plain)
