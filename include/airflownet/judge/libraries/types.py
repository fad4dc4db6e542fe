"""``types``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.kinds import PATH_ATTRIBUTE
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, DictValue
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("types.MappingProxyType")
def _same(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[0] if args else UNKNOWN


@models("types.SimpleNamespace")
def namespace(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``types.SimpleNamespace(a=1)``."""
    return ApiInstance("types.SimpleNamespace", attributes=dict(kwargs))


def _namespace_attribute(interpreter: Interpreter, value: ApiInstance, name: str) -> Any:
    if name == "__dict__":
        return DictValue(value.attributes)
    if name.startswith("__"):
        return UNKNOWN
    message = f"'types.SimpleNamespace' object has no attribute '{name}'"
    raise Raised("AttributeError", message, "unknown-attribute", name)


PATH_ATTRIBUTE["types.SimpleNamespace"] = _namespace_attribute
