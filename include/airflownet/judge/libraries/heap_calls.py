"""Functions of the standard library that change or order a list: ``heapq``, ``insort``, ``shuffle``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import bisect
import graphlib
import heapq
import math
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.python_results import from_python_error, from_result
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.text import to_python
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, ListValue, NativeMethod, is_exact, of_kind

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

Call = Callable[["Interpreter", list[Any], dict[str, Any]], Any]


def _changing(function: Any) -> Call:
    """A function that changes the list it gets; unknown items make the list unknown."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        changed = args[0] if args else UNKNOWN
        if not isinstance(changed, ListValue):
            return UNKNOWN
        is_known = all(map(is_exact, args)) and not kwargs and not interpreter.maybe_depth
        if not is_known or len(args) > 2:
            _forget(changed)
            return UNKNOWN
        interpreter.charge(8 * len(changed))
        items = [to_python(item) for item in changed]
        try:
            found = function(items, *map(to_python, args[1:]))
        except (TypeError, IndexError) as error:
            raise from_python_error(error) from None
        list.__setitem__(changed, slice(None), [from_result(item) for item in items])
        return from_result(found)

    return call


def _forget(changed: ListValue) -> None:
    list.__setitem__(changed, slice(None), [UNKNOWN] * len(changed))
    changed.exact = False


def _shuffle(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``random.shuffle(items)``: the same items in an order that nobody knows."""
    if args and isinstance(args[0], ListValue):
        _forget(args[0])


def _extreme_items(name: str) -> Call:
    """``heapq.nsmallest(n, items, key)``."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if len(args) < 2 or type(args[0]) is not int:
            return UNKNOWN
        key = args[2] if len(args) > 2 else kwargs.get("key")
        options = {"key": key, "reverse": name == "nlargest"}
        found = interpreter.call(interpreter.builtin("sorted"), [args[1]], options)
        return ListValue(found[: max(args[0], 0)], exact=found.exact)

    return call


def _tee(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.tee(items, n)``."""
    number = args[1] if len(args) > 1 else kwargs.get("n", 2)
    if not args or type(number) is not int or not 0 <= number <= 20:
        return UNKNOWN
    items, exact = items_of(interpreter, args[0])
    return tuple(of_kind("list_iterator", items, exact=exact) for _ in range(number))


_MOST_NUMBER: Final = 200


def _small_numbers(function: Any) -> Call:
    """``math.comb`` and the like: for small numbers only."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        items, exact = items_of(interpreter, args[0]) if function is math.prod and args else (args, True)
        if not exact or kwargs or not items or len(items) > _MOST_NUMBER:
            return UNKNOWN
        if not all(type(item) in (int, float) and abs(item) <= _MOST_NUMBER for item in items):
            return UNKNOWN
        try:
            return from_result(function(items) if function is math.prod else function(*items))
        except (TypeError, ValueError, OverflowError) as error:
            raise from_python_error(error) from None

    return call


def sorter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``graphlib.TopologicalSorter(graph)``: the order Python itself finds."""
    real: graphlib.TopologicalSorter[Any] = graphlib.TopologicalSorter()
    state: dict[str, int] = {"exact": True, "n_nodes": 0}

    def add(interpreter: Interpreter, more: list[Any], _: dict[str, Any]) -> None:
        interpreter.charge(16 * len(more))
        if all(map(is_exact, more)) and not interpreter.maybe_depth:
            state["n_nodes"] += len(more)
            try:
                real.add(*more)
            except (TypeError, ValueError) as error:
                raise from_python_error(error) from None
        else:
            state["exact"] = False

    def ask(name: str) -> NativeMethod:
        def call(interpreter: Interpreter, more: list[Any], _: dict[str, Any]) -> Any:
            if not state["exact"] or not all(map(is_exact, more)):
                return UNKNOWN if name != "static_order" else ListValue(exact=False)
            interpreter.charge(4 * min(state["n_nodes"], MAX_ITEMS // 4))
            try:
                found = getattr(real, name)(*more)
                if name != "static_order":
                    return found
                return of_kind("generator", islice(found, MAX_ITEMS), exact=True)
            except graphlib.CycleError as error:
                raise Raised("CycleError", str(error), "bad-value", "graphlib") from None
            except (TypeError, ValueError) as error:
                raise from_python_error(error) from None

        return NativeMethod(name, call)

    graph = args[0] if args else kwargs.get("graph")
    if isinstance(graph, dict):
        for node, earlier in graph.items():
            items, exact = items_of(interpreter, earlier)
            add(interpreter, [node, *items], {})
            state["exact"] = state["exact"] and exact and getattr(graph, "exact", False)
    elif graph is not None:
        state["exact"] = False
    names = ("static_order", "prepare", "is_active", "get_ready", "done")
    methods = {name: ask(name) for name in names}
    return ApiInstance("graphlib.TopologicalSorter", attributes={"add": NativeMethod("add", add), **methods})


HEAP_CALLS: Final[dict[str, Call]] = {
    **{
        f"heapq.{name}": _changing(getattr(heapq, name))
        for name in ("heapify", "heappop", "heappush", "heapreplace", "heappushpop")
    },
    **{
        f"bisect.{name}": _changing(getattr(bisect, name))
        for name in ("insort", "insort_left", "insort_right")
    },
    "heapq.nsmallest": _extreme_items("nsmallest"),
    "heapq.nlargest": _extreme_items("nlargest"),
    "random.shuffle": _shuffle,
    "itertools.tee": _tee,
    "math.prod": _small_numbers(math.prod),
    "math.comb": _small_numbers(math.comb),
    "math.perm": _small_numbers(math.perm),
    "math.factorial": _small_numbers(math.factorial),
    "graphlib.TopologicalSorter": sorter,
}
