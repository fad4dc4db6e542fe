"""What ``Asset(...)`` and ``Dataset(...)`` refuse: bad names, and URIs that miss a part of their scheme.

Sources: ``airflow.sdk.definitions.asset`` of 3.x with the ``sanitize_uri`` of the providers, and
``airflow.datasets`` of 2.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.value_types import python_type

_MOST_OF_ASSET = 1500
_MOST_OF_DATASET = 3000
_DATABASES: Final = frozenset({"postgres", "postgresql", "redshift", "snowflake", "trino", "databricks"})
"""Schemes with three parts below the host."""
_TWO_PARTS: Final = frozenset({"mysql", "mariadb", "mongodb", "hive", "bigquery"})
_BUCKETS: Final = frozenset({"s3", "gs"})


def check_asset_values(name: str, args: list[Any], kwargs: Mapping[str, Any]) -> None:
    """Raises what ``Asset(...)`` or ``Dataset(...)`` raises for its name and URI."""
    if not args and "name" not in kwargs and "uri" not in kwargs:
        raise Raised("TypeError", f"{name}() requires either 'name' or 'uri'", "missing-argument", "name")
    if name == "Dataset":
        _check_dataset(args[0] if args else kwargs.get("uri"))
        return
    label = args[0] if args else kwargs.get("name")
    uri = args[1] if len(args) > 1 else kwargs.get("uri")
    _check_identifier("name", uri if label is None else label)
    _check_uri(label if uri is None else uri)


def _check_dataset(uri: Any) -> None:
    if not isinstance(uri, str):
        return
    if not uri.strip():
        problem = "cannot be just whitespace" if uri else "cannot be empty"
        raise Raised("ValueError", f"Dataset URI {problem}", "bad-value", "uri")
    if not uri.isascii():
        raise Raised("ValueError", "Dataset URI must only consist of ASCII characters", "bad-value", "uri")
    _refuse_reserved("Dataset", uri)
    if len(uri) > _MOST_OF_DATASET:
        message = f"Length of 'uri' must be <= {_MOST_OF_DATASET}: {len(uri)}"
        raise Raised("ValueError", message, "bad-value", "uri")


def _check_identifier(field: str, value: Any) -> None:
    kind = python_type(value)
    if kind is not None and kind is not str:
        raise Raised("ValueError", f"Asset {field} must be a string", "bad-value", field)
    if not isinstance(value, str):
        return
    if len(value) > _MOST_OF_ASSET:
        message = f"Asset {field} cannot exceed {_MOST_OF_ASSET} characters"
        raise Raised("ValueError", message, "bad-value", field)
    if not value.strip():
        problem = "cannot be just whitespace" if value else "cannot be empty"
        raise Raised("ValueError", f"Asset {field} {problem}", "bad-value", field)
    if value in ("self", "context") and field == "name":
        raise Raised("ValueError", f"prohibited name for asset: {value}", "bad-value", value)


def _refuse_reserved(name: str, uri: str) -> None:
    if _parts(uri)[0] == "airflow":
        raise Raised("ValueError", f"{name} scheme 'airflow' is reserved", "bad-value", "airflow")


def _parts(uri: str) -> tuple[str, str, str]:
    try:
        parsed = urlsplit(uri)
    except ValueError:
        return "", "", ""
    return parsed.scheme.lower(), parsed.netloc, parsed.path.rstrip("/") or "/"


def _check_uri(uri: Any) -> None:
    """Follows each provider's ``sanitize_uri``."""
    if not isinstance(uri, str):
        return
    scheme, host, path = _parts(uri)
    _refuse_reserved("Asset", uri)
    if scheme in _BUCKETS and not host:
        problem = "a bucket name"
    elif scheme in _DATABASES | _TWO_PARTS and not host:
        problem = "a host"
    elif scheme in _DATABASES and len(path.split("/")) != 4:
        problem = "database, schema, and table names"
    elif scheme in _TWO_PARTS and len(path.split("/")) != 3:
        problem = "database and table names"
    else:
        return
    raise Raised("ValueError", f"URI format {scheme}:// must contain {problem}", "bad-value", uri)
