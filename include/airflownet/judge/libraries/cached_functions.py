"""``functools.lru_cache`` and ``cache``: a function of the file that remembers what it gave."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import DictValue, FunctionValue, ListValue, NativeMethod, is_key

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

CACHE: Final = "__results__"
"""Key in ``FunctionValue.attributes``: what the function has given so far, by its arguments."""


def cached(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@functools.lru_cache`` with or without arguments."""
    if not args or not isinstance(args[0], FunctionValue):
        return NativeMethod("lru_cache", lambda interpreter, more, _: cached(interpreter, more, {}))
    for name in ("cache_info", "cache_parameters"):
        args[0].attributes[name] = NativeMethod(name, lambda *_: UNKNOWN)
    results: dict[Any, Any] = {}
    args[0].attributes["cache_clear"] = NativeMethod("cache_clear", lambda *_: results.clear())
    args[0].attributes[CACHE] = results
    return args[0]


def cached_result(
    interpreter: Interpreter, function: FunctionValue, args: list[Any], kwargs: dict[str, Any]
) -> tuple[dict[Any, Any] | None, Any]:
    """Returns the results of a cached function and the key of a call, None for arguments that are no key."""
    key = (*args, *sorted(kwargs.items(), key=lambda pair: pair[0]))
    parts = [*args, *kwargs.values()]
    if interpreter.maybe_depth or not all(map(_is_hashable, parts)):
        return None, key
    results: dict[Any, Any] = function.attributes[CACHE]
    return results, key


def _is_hashable(value: Any) -> bool:
    if type(value) is tuple:
        return is_key(value) and all(map(_is_hashable, value))
    return value is not UNKNOWN and not isinstance(value, (ListValue, DictValue)) and is_key(value)
