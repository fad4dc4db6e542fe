"""Methods of lists, dicts and sets."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflownet.judge.loader import limits
from airflownet.judge.loader.identity import are_equal
from airflownet.judge.loader.iteration import items_of
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Exhausted, Raised
from airflownet.judge.loader.values import (
    DictValue,
    ListValue,
    NativeMethod,
    SetValue,
    is_concrete,
    is_exact,
    is_key,
    of_kind,
)

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

Method = Callable[["Interpreter", Any, list[Any], dict[str, Any]], Any]
_LIST: dict[str, Method] = {}
_DICT: dict[str, Method] = {}
_SET: dict[str, Method] = {}
_TABLES: dict[type, tuple[str, dict[str, Method], type]] = {
    ListValue: ("list", _LIST, list),
    DictValue: ("dict", _DICT, dict),
    SetValue: ("set", _SET, set),
}


def container_method(value: Any, name: str) -> Any:
    """Returns the bound method.

    Raises:
        Raised: AttributeError for a name the container does not have.
    """
    kind, table, python_type = _TABLES[type(value)]
    if type(value) is ListValue and value.kind != "list":
        return _view_method(value, name)
    method = table.get(name)
    if method is not None:
        return NativeMethod(name, lambda interpreter, args, kwargs: method(interpreter, value, args, kwargs))
    if not hasattr(python_type, name):
        raise Raised(
            "AttributeError", f"'{kind}' object has no attribute '{name}'", "unknown-attribute", name
        )

    def unmodelled(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        value.exact = False
        return UNKNOWN

    return NativeMethod(name, unmodelled)


_KINDS: dict[str, type] = {
    "generator": types.GeneratorType, "map": map, "filter": filter, "zip": zip, "enumerate": enumerate,
    "list_iterator": type(iter([])), "dict_keys": type({}.keys()), "dict_values": type({}.values()),
    "dict_items": type({}.items()),
}  # fmt: skip


def _view_method(value: ListValue, name: str) -> Any:
    """A method of an iterator or of a view of a dict, which have none of a list's."""
    if not hasattr(_KINDS[value.kind], name):
        raise Raised(
            "AttributeError", f"'{value.kind}' object has no attribute '{name}'", "unknown-attribute", name
        )
    return NativeMethod(name, lambda interpreter, args, kwargs: UNKNOWN)


def _method(table: dict[str, Method], name: str) -> Callable[[Method], Method]:
    def register(method: Method) -> Method:
        table[name] = method
        return method

    return register


def _check_size(container: Any) -> None:
    if len(container) > limits.MAX_ITEMS:
        raise Exhausted(f"more than {limits.MAX_ITEMS:,} items in one container")


def _argument(args: list[Any], kwargs: dict[str, Any], name: str, minimum: int = 1) -> None:
    if kwargs or len(args) != minimum:
        if kwargs:
            raise Raised("TypeError", f"{name}() takes no keyword arguments", "unknown-argument", name)
        raise Raised(
            "TypeError", f"{name}() takes exactly one argument ({len(args)} given)", "missing-argument", name
        )


@_method(_LIST, "append")
def _append(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _argument(args, kwargs, "list.append")
    value.append(args[0])
    value.exact = value.exact and not interpreter.maybe_depth
    _check_size(value)


@_method(_LIST, "extend")
def _extend(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _argument(args, kwargs, "list.extend")
    items, exact = items_of(interpreter, args[0])
    value.extend(items)
    value.exact = value.exact and exact and not interpreter.maybe_depth
    _check_size(value)


@_method(_LIST, "insert")
def _insert(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 2 and type(args[0]) is int:
        value.insert(args[0], args[1])
        value.exact = value.exact and not interpreter.maybe_depth
    else:
        value.exact = False


@_method(_LIST, "pop")
def _pop(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    index = args[0] if args else -1
    if value.exact and type(index) is int and not interpreter.maybe_depth:
        try:
            return list.pop(value, index)
        except IndexError as error:
            raise Raised("IndexError", str(error), "bad-value") from None
    value.exact = False
    return UNKNOWN


@_method(_LIST, "popleft")
def _pop_left(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A deque's; deques are lists here."""
    return _pop(interpreter, value, [0], {})


@_method(_LIST, "copy")
def _copy_list(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return ListValue(value, exact=value.exact)


@_method(_LIST, "clear")
def _clear_list(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    list.clear(value)
    value.exact = not interpreter.maybe_depth


@_method(_LIST, "reverse")
def _reverse(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    list.reverse(value)


@_method(_LIST, "sort")
def _sort(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    ordered = interpreter.call(interpreter.builtin("sorted"), [value], kwargs)
    list.__setitem__(value, slice(None), ordered)
    value.exact = ordered.exact and not interpreter.maybe_depth


@_method(_LIST, "remove")
def _remove(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _argument(args, kwargs, "list.remove")
    for position, item in enumerate(value):
        same = are_equal(interpreter, item, args[0])
        if same and not interpreter.maybe_depth:
            list.pop(value, position)
            return
        if same is not False:
            value.exact = False
            return
    if value.exact and not interpreter.maybe_depth:
        raise Raised("ValueError", "list.remove(x): x not in list", "bad-value", "list.remove")
    value.exact = False


@_method(_LIST, "appendleft")
def _append_left(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A deque's; deques are lists here."""
    _insert(interpreter, value, [0, *args], kwargs)


@_method(_LIST, "index")
def _index(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 1 and value.exact:
        for position, item in enumerate(value):
            if item is args[0] or (is_concrete(item) and is_concrete(args[0]) and item == args[0]):
                return position
        if is_exact(value) and is_concrete(args[0]):
            raise Raised("ValueError", f"{args[0]!r} is not in list", "bad-value")
    return UNKNOWN


@_method(_LIST, "count")
def _count(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return (
        list(value).count(args[0]) if len(args) == 1 and is_exact(value) and is_concrete(args[0]) else UNKNOWN
    )


@_method(_DICT, "get")
def _get(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        raise Raised("TypeError", "get expected at least 1 argument, got 0", "missing-argument", "key")
    default = args[1] if len(args) > 1 else None
    if args[0] is UNKNOWN or isinstance(args[0], (ListValue, DictValue, SetValue)) or not is_key(args[0]):
        return UNKNOWN
    if args[0] in value:
        return value[args[0]]
    return default if value.exact else UNKNOWN


@_method(_DICT, "setdefault")
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


@_method(_DICT, "update")
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
    _check_size(value)


@_method(_DICT, "keys")
def _keys(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return of_kind("dict_keys", value, exact=value.exact)


@_method(_DICT, "values")
def _values(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return of_kind("dict_values", value.values(), exact=value.exact)


@_method(_DICT, "items")
def _items(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return of_kind("dict_items", value.items(), exact=value.exact)


@_method(_DICT, "copy")
def _copy_dict(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return DictValue(value, exact=value.exact)


@_method(_DICT, "pop")
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


@_method(_SET, "add")
def _add(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _argument(args, kwargs, "set.add")
    if args[0] is UNKNOWN or isinstance(args[0], (ListValue, DictValue, SetValue)) or not is_key(args[0]):
        value.exact = False
    else:
        dict.__setitem__(value, args[0], None)
        value.exact = value.exact and not interpreter.maybe_depth


@_method(_SET, "update")
def _update_set(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    for other in args:
        items, exact = items_of(interpreter, other)
        for item in items:
            if item is UNKNOWN or not is_key(item) or isinstance(item, (ListValue, DictValue, SetValue)):
                exact = False
            else:
                dict.__setitem__(value, item, None)
        value.exact = value.exact and exact and not interpreter.maybe_depth


@_method(_SET, "union")
def _union(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    result = SetValue(value, exact=value.exact)
    _update_set(interpreter, result, args, kwargs)
    return result


@_method(_SET, "remove")
def _remove_item(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _argument(args, kwargs, "set.remove")
    if _discard(interpreter, value, args, kwargs) is False and value.exact and not interpreter.maybe_depth:
        raise Raised("KeyError", repr(args[0]), "bad-value", str(args[0]))


@_method(_SET, "discard")
def _discard(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    _argument(args, kwargs, "set.discard")
    if args[0] is UNKNOWN or interpreter.maybe_depth or not is_key(args[0]):
        value.exact = False
        return None
    if args[0] in value:
        dict.pop(value, args[0])
        return None
    return False if is_exact(args[0]) else None


@_method(_SET, "pop")
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
    _SET[_name] = _of_sets(_name)


@_method(_SET, "copy")
def _copy_set(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return SetValue(value, exact=value.exact)


@_method(_SET, "clear")
def _clear_set(interpreter: Interpreter, value: SetValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    dict.clear(value)
    value.exact = not interpreter.maybe_depth


@_method(_DICT, "clear")
def _clear_dict(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    dict.clear(value)
    value.exact = not interpreter.maybe_depth


@_method(_DICT, "popitem")
def _pop_pair(interpreter: Interpreter, value: DictValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if value.exact and not interpreter.maybe_depth:
        if not value:
            raise Raised("KeyError", "'popitem(): dictionary is empty'", "bad-value", "popitem")
        return dict.popitem(value)
    value.exact = False
    return UNKNOWN
