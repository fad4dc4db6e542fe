"""``graphlib``."""

from __future__ import annotations

import graphlib
from itertools import islice
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.conversion import from_python_error
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, ListValue, NativeMethod, is_exact, of_kind
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("graphlib.TopologicalSorter")
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
