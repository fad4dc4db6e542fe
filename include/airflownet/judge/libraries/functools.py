"""``functools``: partial, wraps, caches, single dispatch."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.calls import AROUND, call_function
from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.classes.type_tests import is_instance
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.kinds import ATTRIBUTE, CALL, CALLABLE
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ClassValue,
    DictValue,
    FunctionValue,
    ListValue,
    NativeMethod,
    PythonValue,
    is_key,
)
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("functools.partial")
def _partial(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        return UNKNOWN
    function, bound = args[0], args[1:]

    def call(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
        return interpreter.call(function, [*bound, *more], {**kwargs, **more_kwargs})

    return NativeMethod("functools.partial", call)


@models("functools.wraps")
def _wraps(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``functools.wraps(f)``: the wrapper takes the wrapped function's name."""
    wrapped = args[0] if args else UNKNOWN

    def decorate(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
        if more and isinstance(more[0], FunctionValue) and isinstance(wrapped, FunctionValue):
            more[0].name = wrapped.name
            more[0].attributes |= {
                "__wrapped__": wrapped,
                "__doc__": interpreter.attribute(wrapped, "__doc__"),
            }
        return more[0] if more else UNKNOWN

    return NativeMethod("wraps", decorate)


@models("functools.reduce")
def _reduce(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if len(args) < 2:
        return UNKNOWN
    items, exact = items_of(interpreter, args[1])
    if len(args) > 2:
        items = [args[2], *items]
    if not exact or not items:
        return UNKNOWN
    value = items[0]
    for item in items[1:]:
        value = interpreter.call(args[0], [value, item])
    return value


@models("functools.lru_cache", "functools.cache")
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


@dataclass(eq=False, slots=True)
class DispatchValue:
    """What ``singledispatch`` makes: a function for each registered type, and one for all others."""

    function: FunctionValue
    by_type: list[tuple[Any, Any]] = field(default_factory=list)


@models("functools.singledispatch")
def single_dispatch(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@functools.singledispatch``."""
    return DispatchValue(args[0]) if args and isinstance(args[0], FunctionValue) else UNKNOWN


def call_dispatch(
    interpreter: Interpreter,
    value: DispatchValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool = False,
) -> Any:
    """Calls the function of the narrowest type that the first argument has."""
    chosen: Any = None
    for kind, function in value.by_type:
        answer = is_instance(interpreter, [args[0] if args else UNKNOWN, kind], {})
        if answer is UNKNOWN:
            return UNKNOWN
        if answer and (chosen is None or _is_narrower(kind, chosen[0])):
            chosen = (kind, function)
    return interpreter.call(chosen[1] if chosen else value.function, args, kwargs, is_open=is_open)


def _is_narrower(one: Any, other: Any) -> bool:
    if isinstance(one, ClassValue):
        return not isinstance(other, ClassValue) or other in mro(one)
    both_known = isinstance(one, PythonValue) and isinstance(other, PythonValue)
    return both_known and issubclass(one.object, other.object)


def dispatch_attribute(interpreter: Interpreter, value: DispatchValue, name: str) -> Any:
    """``register`` in its three forms; all else is an attribute of the function."""
    if name != "register":
        return interpreter.attribute(value.function, name)

    def register(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if len(args) == 2:
            value.by_type.append((args[0], args[1]))
            return args[1]
        if args and isinstance(args[0], FunctionValue):
            parameters = args[0].node.args.args
            annotation = parameters[0].annotation if parameters else None
            kind = UNKNOWN if annotation is None else interpreter.evaluate(annotation, args[0].scope)
            value.by_type.append((kind, args[0]))
            return args[0]
        kind = args[0] if args else UNKNOWN

        def decorate(interpreter: Interpreter, more: list[Any], _: dict[str, Any]) -> Any:
            value.by_type.append((kind, more[0] if more else UNKNOWN))
            return more[0] if more else UNKNOWN

        return NativeMethod("register", decorate)

    return NativeMethod(name, register)


TOTAL_ORDERING: Final = "__total_ordering__"
"""Key in ``ClassValue.keywords`` of a class that ``functools.total_ordering`` decorates."""


@models("functools.cached_property")
def _cached_property(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if args and isinstance(args[0], FunctionValue):
        args[0].attributes["__cached__"] = True
    return interpreter.call(interpreter.builtin("property"), args, kwargs)


@models("functools.total_ordering")
def _total_ordering(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@functools.total_ordering``: ``compare`` derives the operators that the class does not define."""
    if args and isinstance(args[0], ClassValue):
        args[0].keywords[TOTAL_ORDERING] = True
    return args[0] if args else UNKNOWN


ATTRIBUTE[DispatchValue] = dispatch_attribute
CALL[DispatchValue] = call_dispatch
CALLABLE.add(DispatchValue)
