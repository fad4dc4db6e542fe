"""``functools.lru_cache`` and ``cache``: a function of the file that remembers what it gave."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.calls import AROUND, call_function
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import DictValue, FunctionValue, ListValue, NativeMethod, is_key

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def cached(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@functools.lru_cache`` with or without arguments."""
    if not args or not isinstance(args[0], FunctionValue):
        return NativeMethod("lru_cache", lambda interpreter, more, _: cached(interpreter, more, {}))
    for name in ("cache_info", "cache_parameters"):
        args[0].attributes[name] = NativeMethod(name, lambda *_: UNKNOWN)
    results: dict[Any, Any] = {}
    args[0].attributes["cache_clear"] = NativeMethod("cache_clear", lambda *_: results.clear())

    def remembered(
        interpreter: Interpreter, function: FunctionValue, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        key = _key(interpreter, args, kwargs)
        if key is None:
            return call_function(interpreter, function, args, kwargs)
        if key not in results:
            results[key] = call_function(interpreter, function, args, kwargs)
        return results[key]

    args[0].attributes[AROUND] = remembered
    return args[0]


def _key(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    """Returns the key of a call, None for arguments that are no key."""
    if interpreter.maybe_depth or not all(map(_is_hashable, [*args, *kwargs.values()])):
        return None
    return (*args, *sorted(kwargs.items(), key=lambda pair: pair[0]))


def _is_hashable(value: Any) -> bool:
    if type(value) is tuple:
        return is_key(value) and all(map(_is_hashable, value))
    return value is not UNKNOWN and not isinstance(value, (ListValue, DictValue)) and is_key(value)
