"""Methods of sets."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.classes.instances import is_unhashable
from airflownet.judge.interpreter.containers.method_tables import Method, method_of, one_argument
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import DictValue, Instance, ListValue, SetValue, is_exact, is_key

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

SET_METHODS: Final[dict[str, Method]] = {}


@method_of(SET_METHODS, "add")
def _add(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    one_argument(args, kwargs, "set.add")
    if type(args[0]) is Instance and is_unhashable(args[0]):
        name = args[0].cls.name
        raise Raised("TypeError", f"unhashable type: '{name}'", "wrong-type", name)
    if args[0] is UNKNOWN or isinstance(args[0], (ListValue, DictValue, SetValue)) or not is_key(args[0]):
        value.exact = False
    else:
        dict.__setitem__(value, args[0], None)
        value.exact = value.exact and not interpreter.maybe_depth


@method_of(SET_METHODS, "update")
def _update_set(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    for other in args:
        items, exact = items_of(interpreter, other)
        for item in items:
            if item is UNKNOWN or not is_key(item) or isinstance(item, (ListValue, DictValue, SetValue)):
                exact = False
            else:
                dict.__setitem__(value, item, None)
        value.exact = value.exact and exact and not interpreter.maybe_depth


@method_of(SET_METHODS, "union")
def _union(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    result = SetValue(value, exact=value.exact)
    _update_set(interpreter, result, args, kwargs)
    return result


@method_of(SET_METHODS, "remove")
def _remove_item(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    one_argument(args, kwargs, "set.remove")
    if _discard(interpreter, value, args, kwargs) is False and value.exact and not interpreter.maybe_depth:
        raise Raised("KeyError", repr(args[0]), "bad-value", str(args[0]))


@method_of(SET_METHODS, "discard")
def _discard(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    one_argument(args, kwargs, "set.discard")
    if args[0] is UNKNOWN or interpreter.maybe_depth or not is_key(args[0]):
        value.exact = False
        return None
    if args[0] in value:
        dict.pop(value, args[0])
        return None
    return False if is_exact(args[0]) else None


@method_of(SET_METHODS, "pop")
def _pop_item(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if value.exact and not value and not interpreter.maybe_depth:
        raise Raised("KeyError", "'pop from an empty set'", "bad-value", "pop")
    if value.exact and len(value) == 1 and not interpreter.maybe_depth:
        return dict.popitem(value)[0]
    value.exact = False
    return UNKNOWN


def _of_sets(name: str) -> Method:
    """``difference``, ``intersection``, ``symmetric_difference`` and the tests of two sets."""

    def method(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
        others: list[set[Any]] = []
        exact = value.exact
        for other in args:
            items, known = items_of(interpreter, other)
            exact = exact and known and all(is_key(item) and item is not UNKNOWN for item in items)
            others.append({item for item in items if is_key(item)} if exact else set())
        if name in ("issubset", "issuperset", "isdisjoint"):
            return getattr(set(value), name)(*others) if exact and others else UNKNOWN
        if name == "symmetric_difference":
            extra = [item for other in others for item in other if item not in value]
            kept = [item for item in value if not any(item in other for other in others)]
            return SetValue([*kept, *extra], exact=exact)
        wanted = name == "intersection"
        return SetValue([i for i in value if all((i in other) is wanted for other in others)], exact=exact)

    return method


for _name in ("difference", "intersection", "symmetric_difference", "issubset", "issuperset", "isdisjoint"):
    SET_METHODS[_name] = _of_sets(_name)


@method_of(SET_METHODS, "copy")
def _copy_set(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return SetValue(value, exact=value.exact)


@method_of(SET_METHODS, "clear")
def _clear_set(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    dict.clear(value)
    value.exact = not interpreter.maybe_depth


def _changed_by(name: str) -> Method:
    """``difference_update`` and its like: the set becomes what the method without ``_update`` gives."""

    def method(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
        found = SET_METHODS[name](interpreter, value, args, kwargs)
        dict.clear(value)
        dict.update(value, found)
        value.exact = found.exact and not interpreter.maybe_depth

    return method


for _name in ("difference", "intersection", "symmetric_difference"):
    SET_METHODS[f"{_name}_update"] = _changed_by(_name)
