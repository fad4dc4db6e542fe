"""GitHub's published OpenAPI description: makes answers of the right shape, and checks every one sent.

``openapi.json`` holds the operations that the server speaks, as published in @octokit/openapi.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_DESCRIPTION = json.loads((Path(__file__).parent / "openapi.json").read_text())
_SCHEMAS: dict[str, Any] = _DESCRIPTION["components"]["schemas"]


def sample(name: str, /, **values: Any) -> dict[str, Any]:
    """Returns the smallest object of a schema, with these values in place of made-up ones."""
    return {**deepcopy(_smallest(name)), **values}


@cache
def _smallest(name: str) -> dict[str, Any]:
    return dict(_sample(_SCHEMAS[name]))


def check(operation: str, status: int, data: Any) -> None:
    """Raises AssertionError when GitHub's description does not allow this answer."""
    responses = _DESCRIPTION["paths"][operation]["responses"]
    schema = responses.get(str(status))
    if schema is None:
        assert str(status) in responses or status >= 400, f"{operation} never answers {status}"
        return
    problem = next(iter(_validator(operation, status).iter_errors(_shortened(data))), None)
    assert problem is None, f"{operation} {status}: {problem and problem.message} at {list(problem.path)}"


def _shortened(data: Any) -> Any:
    """The first few items of each list: the others are made in the same way."""
    if isinstance(data, list):
        return data[:4]
    if isinstance(data, dict):
        return {k: v[:4] if isinstance(v, list) else v for k, v in data.items()}
    return data


def allowed_query(operation: str) -> set[str]:
    """Returns the names of the query parameters that an operation knows."""
    return set(_DESCRIPTION["paths"][operation]["query"])


@cache
def _validator(operation: str, status: int) -> Draft202012Validator:
    schema = _DESCRIPTION["paths"][operation]["responses"][str(status)]
    return Draft202012Validator(
        {**_of_json_schema(schema), "components": {"schemas": _of_json_schema(_SCHEMAS)}}
    )


def _of_json_schema(value: Any) -> Any:
    """OpenAPI 3.0 says ``nullable`` where JSON Schema says ``null``."""
    if isinstance(value, list):
        return [_of_json_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _of_json_schema(item) for key, item in value.items() if key != "nullable"}
    return {"anyOf": [changed, {"type": "null"}]} if value.get("nullable") is True else changed


def _sample(schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _sample(_SCHEMAS[schema["$ref"].rpartition("/")[2]])
    if schema.get("nullable"):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return _sample(schema[key][0])
    if "allOf" in schema:
        return {name: value for part in schema["allOf"] for name, value in _sample(part).items()}
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: _sample(properties[name]) for name in schema.get("required", ()) if name in properties}
    made_up = {"string": "x", "integer": 0, "number": 0, "boolean": False, "array": []}
    return made_up.get(str(kind), "x")
