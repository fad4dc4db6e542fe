"""Params of a DAG that has a schedule: each needs a default that its own schema allows.

Airflow validates them with JSON schema when the DAG is built (``DAG._validate_params``); here the
``type`` and ``enum`` of literal schemas are checked.
"""

from __future__ import annotations

from typing import Any, Final

from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.scope import MISSING
from airflownet.judge.loader.values import (
    ApiInstance,
    DictValue,
    ListValue,
    is_concrete,
    is_exact,
)

_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (ListValue, tuple),
    "object": (DictValue,),
}


def check_params(params: Any, line: tuple[int, int]) -> None:
    """Raises what Airflow raises for a scheduled DAG with a param that has no valid default."""
    if not isinstance(params, DictValue):
        return
    for name, param in params.items():
        if isinstance(param, ApiInstance) and param.path.endswith(".Param") and not _is_valid(param):
            raise Raised(
                "ValueError" if line >= (3, 0) else "AirflowException",
                "the DAG is not allowed to define a Schedule, as there are required params without default "
                f"values, or the default values are not valid: {name!r}",
                "bad-value",
                str(name),
            )


def _is_valid(param: ApiInstance) -> bool:
    default = param.args[0] if param.args else param.kwargs.get("default", MISSING)
    if default is UNKNOWN or "schema" in param.kwargs:
        return True
    kinds = param.kwargs.get("type")
    if kinds is UNKNOWN:
        return True
    if default is MISSING:
        return False
    allowed = (
        [kinds] if isinstance(kinds, str) else list(kinds) if isinstance(kinds, (ListValue, tuple)) else []
    )
    is_plain = bool(allowed) and all(isinstance(kind, str) and kind in _TYPES for kind in allowed)
    if is_plain and not any(_fits(default, kind) for kind in allowed):
        return False
    choices = param.kwargs.get("enum")
    if isinstance(choices, ListValue) and is_exact(choices) and is_concrete(default):
        return default in list(choices)
    return _within_limits(default, param.kwargs)


def _within_limits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a number or text keeps the schema's plain limits."""
    if type(value) in (int, float):
        low, high = schema.get("minimum"), schema.get("maximum")
        if type(low) in (int, float) and value < low:
            return False
        return not (type(high) in (int, float) and value > high)
    if isinstance(value, str):
        shortest, longest = schema.get("minLength"), schema.get("maxLength")
        if type(shortest) is int and len(value) < shortest:
            return False
        return not (type(longest) is int and len(value) > longest)
    return True


def _fits(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    if not is_concrete(value) and not isinstance(value, (ListValue, DictValue, tuple)):
        return True
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])
