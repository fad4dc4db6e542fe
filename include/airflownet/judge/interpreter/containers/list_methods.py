"""Methods of lists."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.comparisons import are_equal
from airflownet.judge.interpreter.containers.method_tables import Method, check_size, method_of, one_argument
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ListValue, is_concrete, is_exact

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

LIST_METHODS: Final[dict[str, Method]] = {}


@method_of(LIST_METHODS, "append")
def _append(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    one_argument(args, kwargs, "list.append")
    value.append(args[0])
    value.exact = value.exact and not interpreter.maybe_depth
    check_size(value)


@method_of(LIST_METHODS, "extend")
def _extend(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    one_argument(args, kwargs, "list.extend")
    items, exact = items_of(interpreter, args[0])
    value.extend(items)
    value.exact = value.exact and exact and not interpreter.maybe_depth
    check_size(value)


@method_of(LIST_METHODS, "insert")
def _insert(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 2 and type(args[0]) is int:
        value.insert(args[0], args[1])
        value.exact = value.exact and not interpreter.maybe_depth
    else:
        value.exact = False


@method_of(LIST_METHODS, "pop")
def _pop(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    index = args[0] if args else -1
    if value.exact and type(index) is int and not interpreter.maybe_depth:
        try:
            return list.pop(value, index)
        except IndexError as error:
            raise Raised("IndexError", str(error), "bad-value") from None
    value.exact = False
    return UNKNOWN


@method_of(LIST_METHODS, "popleft")
def _pop_left(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A deque's; deques are lists here."""
    if value.exact and not value and not interpreter.maybe_depth:
        raise Raised("IndexError", "pop from an empty deque", "bad-value", "popleft")
    return _pop(interpreter, value, [0], {})


@method_of(LIST_METHODS, "copy")
def _copy_list(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return ListValue(value, exact=value.exact)


@method_of(LIST_METHODS, "clear")
def _clear_list(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    list.clear(value)
    value.exact = not interpreter.maybe_depth


@method_of(LIST_METHODS, "reverse")
def _reverse(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    list.reverse(value)


@method_of(LIST_METHODS, "sort")
def _sort(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    ordered = interpreter.call(interpreter.builtin("sorted"), [value], kwargs)
    list.__setitem__(value, slice(None), ordered)
    value.exact = ordered.exact and not interpreter.maybe_depth


@method_of(LIST_METHODS, "remove")
def _remove(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    one_argument(args, kwargs, "list.remove")
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


@method_of(LIST_METHODS, "appendleft")
def _append_left(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A deque's; deques are lists here."""
    _insert(interpreter, value, [0, *args], kwargs)


@method_of(LIST_METHODS, "extendleft")
def _extend_left(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A deque's; deques are lists here."""
    one_argument(args, kwargs, "deque.extendleft")
    items, exact = items_of(interpreter, args[0])
    list.__setitem__(value, slice(0, 0), items[::-1])
    value.exact = value.exact and exact and not interpreter.maybe_depth
    check_size(value)


@method_of(LIST_METHODS, "rotate")
def _rotate(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A deque's; deques are lists here."""
    number = args[0] if args else 1
    if type(number) is not int or interpreter.maybe_depth or not value.exact:
        value.exact = False
    elif value:
        cut = -number % len(value)
        list.__setitem__(value, slice(None), [*value[cut:], *value[:cut]])


@method_of(LIST_METHODS, "index")
def _index(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) == 1 and value.exact:
        for position, item in enumerate(value):
            if item is args[0] or (is_concrete(item) and is_concrete(args[0]) and item == args[0]):
                return position
        if is_exact(value) and is_concrete(args[0]):
            raise Raised("ValueError", f"{args[0]!r} is not in list", "bad-value")
    return UNKNOWN


@method_of(LIST_METHODS, "count")
def _count(interpreter: Interpreter, value: ListValue, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return (
        list(value).count(args[0]) if len(args) == 1 and is_exact(value) and is_concrete(args[0]) else UNKNOWN
    )
