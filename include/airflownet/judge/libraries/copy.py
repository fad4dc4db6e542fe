"""``copy``: copies of containers and instances, shallow and deep."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.kinds import COPY
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.raised import Exhausted
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, DictValue, Instance, ListValue, SetValue
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_MOST_NESTED = 50


@models("copy.copy")
def copy(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``copy.copy(value)``: a new container of the same items."""
    value = args[0] if args else UNKNOWN
    if isinstance(value, Instance) and interpreter.has_method(value, "__copy__"):
        return interpreter.call_method(value, "__copy__", [])
    return _shallow(value)


@models("copy.deepcopy")
def deep_copy(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``copy.deepcopy(value)``: new containers all the way down; DAGs stay themselves."""
    return _deep(interpreter, args[0] if args else UNKNOWN, {}, _MOST_NESTED)


def _shallow(value: Any) -> Any:
    kind = type(value)
    if kind in COPY:
        return COPY[kind](value, False)
    made: Any = value
    if kind is ListValue:
        made = ListValue(value, exact=value.exact)
        made.kind = value.kind
    elif kind is DictValue:
        made = DictValue(value, exact=value.exact, factory=value.factory)
    elif kind is SetValue:
        made = SetValue(value, exact=value.exact)
    elif kind is Instance and value.plain is None:
        return Instance(value.cls, dict(value.attributes), value.args, value.kwargs)
    elif kind is ApiInstance and value.path == "types.SimpleNamespace":
        return ApiInstance(value.path, attributes=dict(value.attributes))
    if made is not value and getattr(value, "cls", None) is not None:
        made.cls, made.attributes = value.cls, dict(value.attributes)
    return made


def _deep(interpreter: Interpreter, value: Any, made: dict[int, Any], depth: int) -> Any:
    if id(value) in made:
        return made[id(value)]
    kind = type(value)
    if kind is tuple:
        interpreter.charge(8 * len(value))
        return tuple(_deep(interpreter, item, made, depth - 1) for item in value) if depth > 0 else UNKNOWN
    if kind is Instance and interpreter.has_method(value, "__deepcopy__"):
        return interpreter.call_method(value, "__deepcopy__", [DictValue(exact=False)])
    if kind in COPY:
        made[id(value)] = COPY[kind](value, True)
        return made[id(value)]
    copied = _shallow(value)
    if copied is value:
        return value
    if depth <= 0 or len(made) > MAX_ITEMS:
        raise Exhausted("a deep copy of a value that is nested too deeply")
    made[id(value)] = copied
    if kind in (ListValue, DictValue):
        interpreter.charge(8 * len(value))
    if kind is ListValue:
        list.__setitem__(copied, slice(None), [_deep(interpreter, item, made, depth - 1) for item in value])
    elif kind is DictValue:
        for key, item in value.items():
            dict.__setitem__(copied, key, _deep(interpreter, item, made, depth - 1))
    elif kind is not SetValue:
        for name, item in value.attributes.items():
            copied.attributes[name] = _deep(interpreter, item, made, depth - 1)
    return copied
