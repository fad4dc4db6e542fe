"""Containers and item functions of the standard library: ``deque``, ``itemgetter``, ``groupby`` ..."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.subscripts import get_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    DictValue,
    FunctionValue,
    ListValue,
    NativeMethod,
    is_concrete,
    of_kind,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def deque(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``collections.deque(items)``: a list that can lose its first item too."""
    items, exact = items_of(interpreter, args[0]) if args else ([], True)
    return ListValue(items, exact=exact and len(args) < 2 and not kwargs)


def chain_map(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``collections.ChainMap(first, second)``: the first map that has a key wins."""
    found = DictValue()
    for part in reversed(args):
        if not isinstance(part, DictValue):
            return UNKNOWN
        found.update(part)
        found.exact = found.exact and part.exact
    return found


def namespace(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``types.SimpleNamespace(a=1)``."""
    return ApiInstance("types.SimpleNamespace", attributes=dict(kwargs))


def item_getter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``operator.itemgetter(key, ...)``."""
    return _getter("itemgetter", args, get_item)


def attribute_getter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``operator.attrgetter(name, ...)``."""

    def find(interpreter: Interpreter, value: Any, name: Any) -> Any:
        if not isinstance(name, str):
            return UNKNOWN
        for part in name.split("."):
            value = interpreter.attribute(value, part)
        return value

    return _getter("attrgetter", args, find)


def _getter(name: str, keys: list[Any], find: Callable[[Interpreter, Any, Any], Any]) -> NativeMethod:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if len(args) != 1:
            raise Raised(
                "TypeError", f"{name} expected 1 argument, got {len(args)}", "missing-argument", name
            )
        interpreter.charge(8 * len(keys))
        found = tuple(find(interpreter, args[0], key) for key in keys)
        return found[0] if len(found) == 1 else found

    return NativeMethod(name, call)


def group_by(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.groupby(items, key)``: neighbours with equal keys."""
    if not args:
        return UNKNOWN
    items, exact = items_of(interpreter, args[0])
    function = args[1] if len(args) > 1 else kwargs.get("key")
    keys = [item if function is None else interpreter.call(function, [item]) for item in items]
    if not exact or not all(map(is_concrete, keys)):
        return UNKNOWN
    groups: list[tuple[Any, ListValue]] = []
    for key, item in zip(keys, items, strict=True):
        if not groups or groups[-1][0] != key:
            groups.append((key, of_kind("generator", (), exact=True)))
        groups[-1][1].append(item)
    return of_kind("generator", groups, exact=True)


def chain_of(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.chain.from_iterable(lists)``."""
    outer, exact = items_of(interpreter, args[0]) if args else ([], True)
    found: list[Any] = []
    for part in outer:
        items, known = items_of(interpreter, part)
        found.extend(items)
        exact = exact and known
    return of_kind("generator", found, exact=exact)


def import_by_name(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``importlib.import_module("a.b")``."""
    name = args[0] if args else kwargs.get("name", UNKNOWN)
    if len(args) > 1 or "package" in kwargs or not isinstance(name, str) or name.startswith("."):
        return interpreter.unknown("a module that is imported by a computed name")
    interpreter.imports.add(name)
    return interpreter.find_module(name)


def abstract_method(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@abc.abstractmethod``."""
    if args and isinstance(args[0], FunctionValue):
        args[0].attributes["__abstract__"] = True
    return args[0] if args else UNKNOWN
