"""Key arguments of a task to what a user would state: the bucket, the table, the command, the image.

Only literal values are told; templates (``{{ ... }}``), long values and values with control tokens are
left out, because a user would not type them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from airflownet.judge.loader.loaded_file import Symbol
from airflownet.wording.untrusted_text import Guard

LABELS: Final[dict[str, str]] = {
    "bash_command": "command",
    "command": "command",
    "cmds": "command",
    "sql": "SQL",
    "query": "query",
    "bucket": "bucket",
    "bucket_name": "bucket",
    "s3_bucket": "S3 bucket",
    "gcs_bucket": "GCS bucket",
    "source_bucket": "source bucket",
    "destination_bucket": "destination bucket",
    "dest_bucket": "destination bucket",
    "s3_bucket_name": "S3 bucket",
    "bucket_key": "key",
    "s3_key": "key",
    "prefix": "prefix",
    "source_object": "source object",
    "destination_object": "destination object",
    "object_name": "object",
    "src": "source",
    "dst": "destination",
    "filepath": "path",
    "local_filepath": "local path",
    "remote_filepath": "remote path",
    "dataset_id": "dataset",
    "table_id": "table",
    "table_name": "table",
    "table": "table",
    "dynamodb_table_name": "table",
    "destination_project_dataset_table": "table",
    "database": "database",
    "database_id": "database",
    "schema": "schema",
    "warehouse": "warehouse",
    "image": "image",
    "namespace": "namespace",
    "region": "region",
    "region_name": "region",
    "location": "location",
    "cluster_name": "cluster",
    "topic": "topic",
    "subscription": "subscription",
    "queue": "queue",
    "function_name": "function",
    "job_name": "job",
    "notebook_path": "notebook",
    "input_nb": "notebook",
    "model_id": "model",
    "endpoint": "endpoint",
    "method": "method",
    "to": "to",
    "subject": "subject",
    "trigger_dag_id": "DAG",
    "external_dag_id": "DAG",
    "external_task_id": "task",
    "export_format": "format",
    "source_format": "source format",
    "write_disposition": "write disposition",
    "storage_class": "storage class",
    "target_time": "time",
    "week_day": "day",
    "pool": "pool",
    "requirements": "requirements",
}
"""Argument name -> what people call it, in the order of telling."""

_MOST_CHARS: Final = 80
_TEMPLATE: Final = re.compile(r"\{\{|\{%|\{#|[`\n]")
_HARNESS: Final = re.compile(
    r"ENV_ID|SYSTEM_TESTS|get_test_run|watcher|system[ _-]?test|[_-]default(?:$|\.)|^(?:none|test)$",
    re.IGNORECASE,
)


def argument_phrases(arguments: Mapping[str, object], guard: Guard) -> tuple[str, ...]:
    """Returns phrases such as ``bucket `sales``` for the literal key arguments, in the order of LABELS."""
    phrases = []
    for name, label in LABELS.items():
        if name in arguments and (value := literal_text(arguments[name], guard)):
            phrases.append(f"{label} `{value}`")
    return tuple(phrases)


def literal_text(value: object, guard: Guard) -> str:
    """Returns a literal as a user would type it, else an empty string."""
    if isinstance(value, (list, tuple)):
        parts = [literal_text(item, guard) for item in value[:6]]
        text = ", ".join(parts) if parts and all(parts) and len(value) <= 5 else ""
    elif isinstance(value, bool) or value is None:
        return ""
    elif isinstance(value, (int, float)):
        text = f"{value}"
    elif isinstance(value, str):
        text = "" if _TEMPLATE.search(value.strip()) else guard.phrase(value.strip())
    else:
        return ""
    return text if 0 < len(text) <= _MOST_CHARS and not _HARNESS.search(text) else ""


def duration_text(value: object) -> str:
    """Returns a duration in words: ``timedelta(minutes=5)`` or 300 -> ``5 minutes``; else empty."""
    units = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1, "weeks": 604800}
    if isinstance(value, bool):
        return ""
    if isinstance(value, (int, float)):
        seconds = float(value)
    elif isinstance(value, Symbol) and value.path.endswith("timedelta"):
        amounts = dict(zip(("days", "seconds"), value.args, strict=False)) | dict(value.kwargs)
        numbers = [(units.get(unit), amount) for unit, amount in amounts.items()]
        if any(unit is None or not isinstance(amount, (int, float)) for unit, amount in numbers):
            return ""
        seconds = sum(unit * amount for unit, amount in numbers if unit and isinstance(amount, (int, float)))
    else:
        return ""
    if not 0 < seconds < 1e9:
        return ""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            return f"{seconds / size:g} {unit}" + ("" if seconds == size else "s")
    return f"{seconds:g} second" + ("" if seconds == 1 else "s")
