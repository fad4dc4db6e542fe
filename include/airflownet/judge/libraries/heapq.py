"""``heapq`` and ``bisect``: functions that change or order a list."""

from __future__ import annotations

import bisect
import heapq
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.conversion import from_python_error, from_result, to_python
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ListValue, is_exact
from airflownet.judge.libraries.registry import Model, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def _changing(function: Any) -> Model:
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


def _extreme_items(name: str) -> Model:
    """``heapq.nsmallest(n, items, key)``."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if len(args) < 2 or type(args[0]) is not int:
            return UNKNOWN
        key = args[2] if len(args) > 2 else kwargs.get("key")
        options = {"key": key, "reverse": name == "nlargest"}
        found = interpreter.call(interpreter.builtin("sorted"), [args[1]], options)
        return ListValue(found[: max(args[0], 0)], exact=found.exact)

    return call


register_all(
    {
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
    }
)
