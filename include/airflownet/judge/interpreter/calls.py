"""Calling a value: one function per kind of callable."""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.binding import bind
from airflownet.judge.interpreter.dispatch import call_value, not_callable
from airflownet.judge.interpreter.function_bodies import is_generator, local_names
from airflownet.judge.interpreter.interpreter import Interpreter
from airflownet.judge.interpreter.kinds import CALL
from airflownet.judge.interpreter.lazy import lazy
from airflownet.judge.interpreter.raised import EnoughYielded, Raised
from airflownet.judge.interpreter.recursion import TooDeep
from airflownet.judge.interpreter.scope import Scope
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    FunctionValue,
    Instance,
    LazyValue,
    ListValue,
    MethodValue,
    NativeMethod,
    is_concrete,
    of_kind,
)

AROUND: Final = "__around__"
"""Key in ``FunctionValue.attributes``: what is called in place of the function, which it is given."""


def _call_own(
    interpreter: Interpreter,
    function: FunctionValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool = False,
) -> Any:
    if function.attributes and AROUND in function.attributes and not is_open:
        return function.attributes[AROUND](interpreter, function, args, kwargs)
    return call_function(interpreter, function, args, kwargs, is_open=is_open)


def _call_native(
    interpreter: Interpreter, method: NativeMethod, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    if is_open:
        return _call_open_method(interpreter, method, args, kwargs)
    return method.call(interpreter, args, kwargs)


def _call_bound(
    interpreter: Interpreter, method: MethodValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    return call_value(interpreter, method.function, [method.receiver, *args], kwargs, is_open=is_open)


def _call_instance(
    interpreter: Interpreter, instance: Instance, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    if interpreter.has_method(instance, "__call__"):
        return interpreter.call_method(instance, "__call__", args, kwargs, is_open=is_open)
    return UNKNOWN


def _call_open_method(
    interpreter: Interpreter, method: NativeMethod, args: list[Any], kwargs: dict[str, Any]
) -> Any:
    """A method given a ``*`` or ``**`` of unknown content as well: what it lacks may be in there."""
    if method.takes_open:
        return method.call(interpreter, args, kwargs, is_open=True)
    try:
        return method.call(interpreter, [*args, UNKNOWN] if method.name == "update" else args, kwargs)
    except Raised:
        return UNKNOWN


def call_function_node(interpreter: Interpreter, name: str, node: Any, scope: Scope) -> FunctionValue:
    """Returns the function a ``def`` or ``lambda`` makes; defaults are evaluated now, as Python does."""
    defaults = tuple(interpreter.evaluate(default, scope) for default in node.args.defaults)
    keyword_defaults = {
        parameter.arg: interpreter.evaluate(default, scope)
        for parameter, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is not None
    }
    interpreter.is_closed_over(scope)
    return FunctionValue(name, node, scope, defaults, keyword_defaults)


def call_function(
    interpreter: Interpreter,
    function: FunctionValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool = False,
    yield_hook: Callable[[Any], None] | None = None,
) -> Any:
    """Runs a function of the file on abstract arguments and returns its value.

    ``yield_hook`` is called where the function yields, instead of collecting what it yields.
    """
    bound = bind(function, args, kwargs, is_open=is_open)
    node = function.node
    if isinstance(node, ast.AsyncFunctionDef):
        return UNKNOWN
    if yield_hook is None and not isinstance(node, ast.Lambda) and is_generator(node):
        value = lazy(interpreter, "generator", partial(_yielded, interpreter, function, bound))
        value.call = partial(_run, interpreter, function, bound)
        return value
    return _run(interpreter, function, bound, yield_hook)


def _yielded(
    interpreter: Interpreter, function: FunctionValue, bound: dict[str, Any], value: LazyValue
) -> Iterator[Any]:
    """What a generator function yields: its body runs to its end when the first item is asked for."""
    value.call = None
    items = of_kind("generator", (), exact=True)
    error: Raised | None = None
    is_whole = True
    interpreter.try_depth += 1  # what it raises, whoever asks is to get
    try:
        _run(interpreter, function, bound, None, items)
    except EnoughYielded as enough:
        if enough.scope.yields is not items:
            raise
        is_whole = False
    except Raised as raised:
        error = raised
    finally:
        interpreter.try_depth -= 1
    value.exact = value.exact and items.exact
    yield from items
    value.exact = value.exact and is_whole
    if error is not None:
        raise error


def _run(
    interpreter: Interpreter,
    function: FunctionValue,
    bound: dict[str, Any],
    yield_hook: Callable[[Any], None] | None,
    yields: ListValue | None = None,
) -> Any:
    """Runs the body with its parameters bound; what it yields is added to ``yields``."""
    node = function.node
    if interpreter.call_depth >= limits.MAX_CALL_DEPTH:
        raise TooDeep(f"more than {limits.MAX_CALL_DEPTH} functions within each other")
    scope = Scope(function.scope)
    scope.names.update(bound)
    scope.function = function
    scope.yield_hook = yield_hook
    scope.locals = local_names(node)
    interpreter.call_depth += 1
    outer_node = interpreter.node
    outside = interpreter.enter(scope.module) if scope.module is not interpreter.home else None
    try:
        if isinstance(node, ast.Lambda):
            return interpreter.evaluate(node.body, scope)
        scope.yields = yields
        signal = interpreter.execute_block(node.body, scope)
    except TooDeep as deep:
        deep.leave(node, bound, is_outermost=interpreter.call_depth == 1)
        raise
    except Raised as error:
        if outside is not None:  # a lambda has no statement of its own to be located at
            interpreter.locate(error)
        raise
    finally:
        interpreter.call_depth -= 1
        interpreter.node = outer_node
        if outside is not None:
            interpreter.leave(outside)
    value = signal[1] if signal is not None and signal[0] == "return" else None
    return join_returns(value, scope.maybe_returns)


def join_returns(value: Any, maybe: list[Any] | None) -> Any:
    """Returns one value for several possible returns: the value itself when they agree."""
    for other in maybe or ():
        if other is value or (is_concrete(other) and is_concrete(value) and other == value):
            continue
        if value is None:
            value = other
            continue
        return UNKNOWN
    return value


def _call_api_instance(
    interpreter: Interpreter, value: ApiInstance, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    if name := interpreter.world.closed_class(value):
        raise not_callable(name)
    return UNKNOWN


CALL.update(
    {
        ApiInstance: _call_api_instance,
        FunctionValue: _call_own,
        NativeMethod: _call_native,
        MethodValue: _call_bound,
        Instance: _call_instance,
    }
)
