"""Methods of dicts."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.containers.method_tables import Method, check_size, method_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import DictValue, ListValue, SetValue, is_key, of_kind, truth

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

DICT_METHODS: Final[dict[str, Method]] = {}


@method_of(DICT_METHODS, "get")
def _get(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        raise Raised("TypeError", "get expected at least 1 argument, got 0", "missing-argument", "key")
    default = args[1] if len(args) > 1 else None
    if args[0] is UNKNOWN or isinstance(args[0], (ListValue, DictValue, SetValue)) or not is_key(args[0]):
        return UNKNOWN
    if args[0] in value:
        return value[args[0]]
    return default if value.exact else UNKNOWN


@method_of(DICT_METHODS, "setdefault")
def _setdefault(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if (
        not args
        or args[0] is UNKNOWN
        or isinstance(args[0], (ListValue, DictValue, SetValue))
        or not is_key(args[0])
    ):
        value.exact = False
        return UNKNOWN
    if args[0] in value:
        return value[args[0]]
    value[args[0]] = args[1] if len(args) > 1 else None
    value.exact = value.exact and not interpreter.maybe_depth
    return value[args[0]]


@method_of(DICT_METHODS, "update")
def _update(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    for other in args:
        if isinstance(other, DictValue):
            value.update(other)
            value.exact = value.exact and other.exact
        else:
            pairs = interpreter.call(interpreter.builtin("dict"), [other])
            value.update(pairs)
            value.exact = value.exact and pairs.exact
    value.update(kwargs)
    value.exact = value.exact and not interpreter.maybe_depth
    check_size(value)


def _view(kind: str, items: Iterable[Any], value: DictValue) -> ListValue:
    found = of_kind(kind, items, exact=value.exact)
    found.owner = value
    return found


@method_of(DICT_METHODS, "keys")
def _keys(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return _view("dict_keys", value, value)


@method_of(DICT_METHODS, "values")
def _values(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return _view("dict_values", value.values(), value)


@method_of(DICT_METHODS, "items")
def _items(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return _view("dict_items", value.items(), value)


@method_of(DICT_METHODS, "copy")
def _copy_dict(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return DictValue(value, exact=value.exact)


@method_of(DICT_METHODS, "pop")
def _pop_key(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if (
        interpreter.maybe_depth
        or not args
        or args[0] is UNKNOWN
        or isinstance(args[0], (ListValue, DictValue))
        or not is_key(args[0])
    ):
        value.exact = False
        return UNKNOWN
    if args[0] in value:
        return dict.pop(value, args[0])
    if len(args) > 1:
        return args[1] if value.exact else UNKNOWN
    if value.exact:
        raise Raised("KeyError", repr(args[0]), "bad-value", str(args[0]))
    return UNKNOWN


@method_of(DICT_METHODS, "clear")
def _clear_dict(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    dict.clear(value)
    value.exact = not interpreter.maybe_depth


@method_of(DICT_METHODS, "move_to_end")
def _move_to_end(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """An ``OrderedDict``'s; those are dicts here."""
    last = args[1] if len(args) > 1 else kwargs.get("last", True)
    if not args or not is_key(args[0]) or args[0] not in value or interpreter.maybe_depth:
        value.exact = False
        return
    item = dict.pop(value, args[0])
    others = {} if last else dict(value)
    if not last:
        dict.clear(value)
    dict.__setitem__(value, args[0], item)
    dict.update(value, others)


@method_of(DICT_METHODS, "popitem")
def _pop_pair(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if value.exact and not interpreter.maybe_depth:
        if not value:
            raise Raised("KeyError", "'popitem(): dictionary is empty'", "bad-value", "popitem")
        if truth(args[0] if args else kwargs.get("last", True)) is False:  # an OrderedDict's first
            first = next(iter(value))
            return first, dict.pop(value, first)
        return dict.popitem(value)
    value.exact = False
    return UNKNOWN
