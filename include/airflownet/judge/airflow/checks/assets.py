"""What ``Asset(...)`` and ``Dataset(...)`` refuse: bad names, and URIs that miss a part of their scheme.

Sources: ``airflow.sdk.definitions.asset`` of 3.x with the ``sanitize_uri`` of the providers, and
``airflow.datasets`` of 2.9.
"""

# ruff: noqa: ARG001 - checks of one table share one signature
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type
from airflownet.judge.interpreter.values import ApiInstance, ListValue

_ASSETS: Final = frozenset(
    {
        "Asset", "Dataset", "Model", "AssetAlias", "DatasetAlias", "AssetAny", "AssetAll", "DatasetAny",
        "DatasetAll",
    }
)  # fmt: skip
_MOST_OF_ASSET = 1500
_MOST_OF_DATASET = 3000
_DATABASES: Final = frozenset(
    {
        "postgres", "postgresql", "redshift", "snowflake", "trino", "databricks", "presto", "vertica",
        "oracle",
    }
)  # fmt: skip
"""Schemes with three parts below the host."""
_TWO_PARTS: Final = frozenset({"mysql", "mariadb", "mongodb", "hive", "bigquery", "teradata"})
_SERVERS: Final = frozenset({"ftp", "sftp"})
_BUCKETS: Final = frozenset({"s3", "gs"})


def is_asset(value: Any) -> bool:
    """Whether the value is an asset, an alias, a reference or a condition of them."""
    if type(value) is not ApiInstance:
        return False
    return value.path.rpartition(".")[2] in _ASSETS and value.path.startswith("airflow.")


def check_asset_operation(symbol: str, left: Any, right: Any) -> None:
    """Raises for an operator that assets do not have, or that they have with assets alone."""
    if symbol in ("|", "&") and all(is_asset(side) or _plain_name(side) is None for side in (left, right)):
        return
    names = [_asset_name(side) if is_asset(side) else _plain_name(side) for side in (left, right)]
    if None not in names:
        message = f"unsupported operand type(s) for {symbol}: '{names[0]}' and '{names[1]}'"
        raise Raised("TypeError", message, "wrong-type", str(names[0]))


def _asset_name(value: ApiInstance) -> str:
    return value.path.rpartition(".")[2]


def _plain_name(value: Any) -> str | None:
    kind = python_type(value)
    return None if kind is None else kind.__name__


def check_condition(args: list[Any], kwargs: Mapping[str, Any], line: tuple[int, int]) -> None:
    """``AssetAny`` and ``AssetAll`` take assets."""
    for item in args:
        if python_type(item) is not None:
            what = "asset" if line >= (3, 0) else "dataset"
            raise Raised("TypeError", f"expect {what} expressions in condition", "wrong-type", what)


def check_alias(args: list[Any], kwargs: Mapping[str, Any], line: tuple[int, int]) -> None:
    """``AssetAlias`` checks its name and group."""
    if line < (3, 0):
        return
    if args or "name" in kwargs:
        _check_identifier("name", args[0] if args else kwargs["name"], "AssetAlias")
    if "group" in kwargs:
        _check_identifier("group", kwargs["group"], "AssetAlias")


def check_access(args: list[Any], kwargs: Mapping[str, Any], line: tuple[int, int]) -> None:
    """``AssetAccessControl`` takes names of teams and a truth value."""
    for name in ("producer_teams", "consumer_teams"):
        teams = kwargs.get(name)
        for team in teams if isinstance(teams, (ListValue, tuple)) else ():
            if python_type(team) is not None and not (isinstance(team, str) and team.strip()):
                message = f"Each entry in {name} must be a non-empty string"
                raise Raised("ValueError", message, "bad-value", name)
    flag = kwargs.get("allow_global", True)
    kind = python_type(flag)
    if kind not in (None, bool):
        message = f"'allow_global' must be <class 'bool'> (got {flag!r} that is a {kind})."
        raise Raised("TypeError", message, "bad-value", "allow_global")


def check_reference(args: list[Any], kwargs: Mapping[str, Any], line: tuple[int, int]) -> None:
    """``Asset.ref`` takes a name or a URI."""
    given = [name for name in ("name", "uri") if kwargs.get(name) not in (None, "")]
    if len(given) == 2:
        message = "Asset reference must be made to either name or URI, not both"
        raise Raised("TypeError", message, "bad-value", "ref")
    if not given and not args:
        message = "Asset reference expects keyword argument 'name' or 'uri'"
        raise Raised("TypeError", message, "missing-argument", "name")


def check_asset_values(name: str, args: list[Any], kwargs: Mapping[str, Any]) -> None:
    """Raises what ``Asset(...)`` or ``Dataset(...)`` raises for its name and URI."""
    if name == "Dataset":
        _check_dataset(args[0] if args else kwargs.get("uri", UNKNOWN))
        return
    label = args[0] if args else kwargs.get("name")
    uri = args[1] if len(args) > 1 else kwargs.get("uri")
    if label is None and uri is None:
        raise Raised("TypeError", f"{name}() requires either 'name' or 'uri'", "missing-argument", "name")
    _check_identifier("name", uri if label is None else label)
    if kwargs.get("group") is not None:
        _check_identifier("group", kwargs["group"])
    _check_uri(label if uri is None else uri)


def _check_dataset(uri: Any) -> None:
    kind = python_type(uri)
    if kind is None:
        return
    if not isinstance(uri, str):
        if uri is None:
            raise Raised("ValueError", "Dataset URI cannot be empty", "bad-value", "uri")
        message = f"'{kind.__name__}' object has no attribute 'isspace'"
        raise Raised("AttributeError", message, "bad-value", "uri")
    if not uri.strip():
        problem = "cannot be just whitespace" if uri else "cannot be empty"
        raise Raised("ValueError", f"Dataset URI {problem}", "bad-value", "uri")
    if not uri.isascii():
        raise Raised("ValueError", "Dataset URI must only consist of ASCII characters", "bad-value", "uri")
    _refuse_reserved("Dataset", uri)
    if len(uri) > _MOST_OF_DATASET:
        message = f"Length of 'uri' must be <= {_MOST_OF_DATASET}: {len(uri)}"
        raise Raised("ValueError", message, "bad-value", "uri")


def _check_identifier(field: str, value: Any, owner: str = "Asset") -> None:
    kind = python_type(value)
    if kind is not None and kind is not str:
        raise Raised("ValueError", f"{owner} {field} must be a string", "bad-value", field)
    if not isinstance(value, str):
        return
    if len(value) > _MOST_OF_ASSET:
        message = f"{owner} {field} cannot exceed {_MOST_OF_ASSET} characters"
        raise Raised("ValueError", message, "bad-value", field)
    if not value.strip() and (value or field != "group"):
        problem = "cannot be just whitespace" if value else "cannot be empty"
        raise Raised("ValueError", f"{owner} {field} {problem}", "bad-value", field)
    if value in ("self", "context") and field == "name" and owner == "Asset":
        raise Raised("ValueError", f"prohibited name for asset: {value}", "bad-value", value)


def _refuse_reserved(name: str, uri: str) -> None:
    if _parts(uri)[0] == "airflow":
        raise Raised("ValueError", f"{name} scheme 'airflow' is reserved", "bad-value", "airflow")


def _parts(uri: str) -> tuple[str, str, str]:
    try:
        parsed = urlsplit(uri)
    except ValueError as error:
        raise Raised("ValueError", str(error), "bad-value", uri[:60]) from None
    return parsed.scheme.lower(), parsed.netloc, parsed.path.rstrip("/") or "/"


def _check_uri(uri: Any) -> None:
    """Follows each provider's ``sanitize_uri``."""
    if not isinstance(uri, str):
        return
    scheme, host, path = _parts(uri)
    _refuse_reserved("Asset", uri)
    if scheme in _BUCKETS and not host:
        problem = "a bucket name"
    elif scheme in _DATABASES | _TWO_PARTS | _SERVERS and not host:
        problem = "a host"
    elif scheme in _DATABASES and len(path.split("/")) != 4:
        problem = "database, schema, and table names"
    elif scheme in _TWO_PARTS and len(path.split("/")) != 3:
        problem = "database and table names"
    else:
        return
    raise Raised("ValueError", f"URI format {scheme}:// must contain {problem}", "bad-value", uri)
