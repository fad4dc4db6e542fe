"""Calling a value: one function per kind of callable."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from airflownet.judge.loader import limits
from airflownet.judge.loader.airflow_calls import AIRFLOW_CALLS, call_api
from airflownet.judge.loader.airflow_state import DagValue, GroupValue, TaskValue
from airflownet.judge.loader.attributes import find_in_class
from airflownet.judge.loader.binding import bind
from airflownet.judge.loader.interpreter import Interpreter
from airflownet.judge.loader.iteration import enum_members
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.python_calls import call_python
from airflownet.judge.loader.raised import Exhausted, Raised
from airflownet.judge.loader.record_classes import fill_record, record_fields
from airflownet.judge.loader.scope import Scope
from airflownet.judge.loader.values import (
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    ListValue,
    MethodValue,
    ModuleValue,
    NativeMethod,
    PythonValue,
    SetValue,
    is_concrete,
)


def call_value(
    interpreter: Interpreter, function: Any, args: list[Any], kwargs: dict[str, Any], *, is_open: bool = False
) -> Any:
    """Returns what calling the value gives.

    Args:
        interpreter: the walk.
        function: what is called.
        args: positional arguments.
        kwargs: keyword arguments.
        is_open: a ``*`` or ``**`` of unknown content was passed too.

    Raises:
        Raised: the value cannot be called, or not so.
    """
    kind = type(function)
    if kind is FunctionValue:
        return call_function(interpreter, function, args, kwargs, is_open=is_open)
    if kind is ApiValue:
        return call_api(interpreter, function, args, kwargs, is_open=is_open)
    if kind is PythonValue:
        return call_python(interpreter, function, args, kwargs, is_open=is_open)
    if kind is NativeMethod:
        return function.call(interpreter, args, kwargs)
    if kind is MethodValue:
        return call_value(interpreter, function.function, [function.receiver, *args], kwargs, is_open=is_open)
    if kind is ClassValue:
        return instantiate(interpreter, function, args, kwargs, is_open=is_open)
    if kind is Instance:
        if interpreter.has_method(function, "__call__"):
            return interpreter.call_method(function, "__call__", args, kwargs, is_open=is_open)
        return UNKNOWN
    handler: Callable[..., Any] | None = AIRFLOW_CALLS.get(kind)
    if handler is not None:
        return handler(interpreter, function, args, kwargs, is_open=is_open)
    if is_concrete(function) or kind in (
        ListValue,
        DictValue,
        SetValue,
        tuple,
        ModuleValue,
        TaskValue,
        DagValue,
        GroupValue,
    ):
        names: dict[type, str] = {
            ListValue: "list", DictValue: "dict", SetValue: "set", ModuleValue: "module",
            DagValue: "DAG", GroupValue: "TaskGroup",
        }  # fmt: skip
        name = function.operator if kind is TaskValue else names.get(kind, kind.__name__)
        raise Raised("TypeError", f"'{name}' object is not callable", "not-callable", name)
    return UNKNOWN


def call_function_node(interpreter: Interpreter, name: str, node: Any, scope: Scope) -> FunctionValue:
    """Returns the function a ``def`` or ``lambda`` makes; defaults are evaluated now, as Python does."""
    defaults = tuple(interpreter.evaluate(default, scope) for default in node.args.defaults)
    keyword_defaults = {
        parameter.arg: interpreter.evaluate(default, scope)
        for parameter, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is not None
    }
    return FunctionValue(name, node, scope, defaults, keyword_defaults)


def call_function(
    interpreter: Interpreter,
    function: FunctionValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool = False,
) -> Any:
    """Runs a function of the file on abstract arguments and returns its value."""
    bound = bind(function, args, kwargs, is_open=is_open)
    node = function.node
    if isinstance(node, ast.AsyncFunctionDef):
        return UNKNOWN
    if interpreter.call_depth >= limits.MAX_CALL_DEPTH:
        raise Exhausted(f"more than {limits.MAX_CALL_DEPTH} functions within each other")
    scope = Scope(function.scope)
    scope.names.update(bound)
    scope.function = function
    interpreter.call_depth += 1
    outer_node = interpreter.node
    try:
        if isinstance(node, ast.Lambda):
            return interpreter.evaluate(node.body, scope)
        if is_generator(node):
            scope.yields = ListValue()
        signal = interpreter.execute_block(node.body, scope)
    finally:
        interpreter.call_depth -= 1
        interpreter.node = outer_node
    if scope.yields is not None:
        return scope.yields
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


def is_generator(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the body yields, nested functions not counted."""
    pending: list[ast.AST] = list(node.body)
    while pending:
        part = pending.pop()
        if isinstance(part, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(part))
    return False


def _enum_member(cls: ClassValue, args: list[Any]) -> Any:
    for member in enum_members(cls):
        value = member.attributes["value"]
        if args and is_concrete(value) and is_concrete(args[0]) and value == args[0]:
            return member
    return UNKNOWN


def instantiate(
    interpreter: Interpreter,
    cls: ClassValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool = False,
) -> Any:
    """Returns an instance of a class of the file, its ``__init__`` run."""
    from airflownet.judge.loader.operator_classes import instantiate_operator
    from airflownet.judge.loader.operators import operator_base

    base = operator_base(interpreter, cls)
    if base is not None:
        return instantiate_operator(interpreter, cls, base, args, kwargs, is_open=is_open)
    if interpreter.is_enum(cls):
        return _enum_member(cls, args)
    instance = Instance(cls, {}, tuple(args), dict(kwargs))
    init = find_in_class(interpreter, cls, "__init__")
    fields = None if isinstance(init, FunctionValue) else record_fields(cls)
    if fields is not None and not is_open:
        fill_record(interpreter, instance, fields, args, kwargs)
        if interpreter.has_method(instance, "__post_init__"):
            interpreter.call_method(instance, "__post_init__", [])
    elif isinstance(init, FunctionValue):
        call_function(interpreter, init, [instance, *args], kwargs, is_open=is_open)
    return instance
