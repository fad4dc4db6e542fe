"""``types``."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.kinds import PATH_ATTRIBUTE
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, DictFlavour, DictValue
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("types.MappingProxyType")
def _read_only(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``types.MappingProxyType(mapping)``: what the mapping holds now; more may come, for it is a view."""
    if not args or not isinstance(args[0], DictValue) or args[0].factory is not None:
        return args[0] if args else UNKNOWN
    return DictValue(args[0], exact=False, factory=_READ_ONLY)


def _refuse_item(interpreter: Interpreter, value: DictValue, key: Any, item: Any) -> Any:
    message = "'mappingproxy' object does not support item assignment"
    raise Raised("TypeError", message, "wrong-type", "mappingproxy")


def _method(value: DictValue, name: str) -> Any:
    """Names that a dict has and its view for reading has not."""
    if name in ("clear", "pop", "popitem", "setdefault", "update", "fromkeys"):
        message = f"'mappingproxy' object has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)


_READ_ONLY: Final = DictFlavour(
    missing_item=lambda value: MISSING,
    method=_method,
    combined=lambda kind, left, right: UNKNOWN,
    kept=_refuse_item,
)


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
