"""Calling a value: one function per kind of callable."""

from __future__ import annotations

import ast
import weakref
from collections.abc import Callable
from typing import Any

from airflownet.judge.airflow.calls import AIRFLOW_CALLS, call_api
from airflownet.judge.airflow.checks.assets import is_asset
from airflownet.judge.airflow.objects import DagValue, GroupValue, PartialOperator, TaskValue, XComArgValue
from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.attributes import find_in_class, mro
from airflownet.judge.interpreter.binding import bind
from airflownet.judge.interpreter.class_creation import created_instance
from airflownet.judge.interpreter.derived import derived_base, make_derived
from airflownet.judge.interpreter.enumerations import member_of_value
from airflownet.judge.interpreter.interpreter import Interpreter
from airflownet.judge.interpreter.open_values import loosen, open_attributes
from airflownet.judge.interpreter.raised import EnoughYielded, Raised
from airflownet.judge.interpreter.record_classes import fill_record, record_fields
from airflownet.judge.interpreter.recursion import TooDeep
from airflownet.judge.interpreter.scope import Scope
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
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
from airflownet.judge.libraries.cached_functions import CACHE, cached_result
from airflownet.judge.libraries.model_classes import fill_model, is_model
from airflownet.judge.libraries.python_calls import call_python


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
        if function.attributes and CACHE in function.attributes and not is_open:
            results, key = cached_result(interpreter, function, args, kwargs)
            if results is not None and key in results:
                return results[key]
            found = call_function(interpreter, function, args, kwargs)
            if results is not None:
                results[key] = found
            return found
        return call_function(interpreter, function, args, kwargs, is_open=is_open)
    if kind is ApiValue:
        return call_api(interpreter, function, args, kwargs, is_open=is_open)
    if kind is PythonValue:
        return call_python(interpreter, function, args, kwargs, is_open=is_open)
    if kind is NativeMethod:
        if is_open:
            return _call_open_method(interpreter, function, args, kwargs)
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
        XComArgValue,
        PartialOperator,
    ):
        names: dict[type, str] = {
            ListValue: "list", DictValue: "dict", SetValue: "set", ModuleValue: "module",
            DagValue: "DAG", GroupValue: "TaskGroup", XComArgValue: "PlainXComArg",
            PartialOperator: "OperatorPartial",
        }  # fmt: skip
        name = function.operator if kind is TaskValue else names.get(kind, kind.__name__)
        raise Raised("TypeError", f"'{name}' object is not callable", "not-callable", name)
    if is_asset(function):
        name = function.path.rpartition(".")[2]
        raise Raised("TypeError", f"'{name}' object is not callable", "not-callable", name)
    if function is UNKNOWN:
        for value in (*args, *kwargs.values()):
            loosen(value)
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
        if is_generator(node):
            scope.yields = ListValue()
            scope.yields.kind = "generator"
        signal = interpreter.execute_block(node.body, scope)
    except EnoughYielded as enough:
        if enough.scope is not scope:
            raise
        scope.yields.exact = False
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
    if scope.yields is not None:
        return scope.yields
    value = signal[1] if signal is not None and signal[0] == "return" else None
    return join_returns(value, scope.maybe_returns)


_BODIES: weakref.WeakKeyDictionary[ast.AST, tuple[frozenset[str], bool]] = weakref.WeakKeyDictionary()


def local_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """Returns the names that a function's body binds by itself, ``global`` and ``nonlocal`` left out."""
    return frozenset() if isinstance(node, ast.Lambda) else _body_facts(node)[0]


def is_generator(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the body yields, nested functions not counted."""
    return _body_facts(node)[1]


def _body_facts(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[frozenset[str], bool]:
    """Returns the names the body binds and whether it yields; one walk, remembered."""
    found = _BODIES.get(node)
    if found is None:
        found = _BODIES[node] = _walk_body(node)
    return found


def _walk_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[frozenset[str], bool]:
    bound: set[str] = set()
    elsewhere: set[str] = set()
    yields = False
    pending: list[Any] = list(node.body)
    while pending:
        part = pending.pop()
        kind = type(part)
        if kind in _LEAVES:
            continue
        if kind is list:
            pending.extend(part)
            continue
        if kind is ast.Name:
            if type(part.ctx) is not ast.Load:
                bound.add(part.id)
            continue
        if kind in _OWN_SCOPES:
            if kind in _NAMED_SCOPES:
                bound.add(part.name)
            continue
        if kind is ast.Yield or kind is ast.YieldFrom:
            yields = True
        elif kind is ast.Import or kind is ast.ImportFrom:
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in part.names)
        elif kind is ast.Global or kind is ast.Nonlocal:
            elsewhere.update(part.names)
        elif kind is ast.ExceptHandler and part.name:
            bound.add(part.name)
        pending.extend([getattr(part, field, None) for field in kind._fields])
    return frozenset(bound - elsewhere), yields


_LEAVES = frozenset(
    {ast.Constant, ast.Load, ast.Store, ast.Del, str, int, type(None), ast.Pass, ast.Break, ast.Continue}
)
_NAMED_SCOPES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_OWN_SCOPES = _NAMED_SCOPES | {ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp}


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


def _refuse_abstract(cls: ClassValue) -> None:
    order = mro(cls)
    if type(order[-1]) is ApiValue:
        _refuse_open_methods(cls, order)
        return
    if not any(isinstance(base, PythonValue) and base.path == "abc.ABC" for base in order):
        return
    seen: set[str] = set()
    missing: list[str] = []
    for part in order:
        for name, value in part.attributes.items() if isinstance(part, ClassValue) else ():
            is_abstract = isinstance(value, FunctionValue) and value.attributes.get("__abstract__")
            if name not in seen and is_abstract:
                missing.append(name)
            seen.add(name)
    if missing and all(isinstance(part, (ClassValue, PythonValue)) for part in order):
        raise _abstract(cls, missing)


def _refuse_open_methods(cls: ClassValue, order: tuple[Any, ...]) -> None:
    """The same for a class whose one base from outside is Airflow's, such as ``BaseOperatorLink``."""
    definition = order[-1].definition
    is_known = isinstance(definition, ClassInfo) and not definition.unknown_bases
    if not is_known or not definition.abstract_methods:
        return
    own = order[:-1]
    if all(isinstance(part, ClassValue) and not part.keywords for part in own):
        defined = {name for part in own for name in part.attributes}
        missing = sorted(definition.abstract_methods - defined)
        if missing:
            raise _abstract(cls, missing)


def _abstract(cls: ClassValue, missing: list[str]) -> Raised:
    plural = "s" if len(missing) > 1 else ""
    listed = ", ".join(sorted(missing))
    message = f"Can't instantiate abstract class {cls.name} with abstract method{plural} {listed}"
    return Raised("TypeError", message, "wrong-type", cls.name)


def instantiate(
    interpreter: Interpreter,
    cls: ClassValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool = False,
) -> Any:
    """Returns an instance of a class of the file, its ``__init__`` run."""
    from airflownet.judge.airflow.operator_classes import instantiate_operator
    from airflownet.judge.airflow.operators import operator_base

    base = operator_base(interpreter, cls)
    if base is not None:
        return instantiate_operator(interpreter, cls, base, args, kwargs, is_open=is_open)
    interpreter.charge(min(8 * len(cls.attributes), limits.MAX_ITEMS))
    if interpreter.is_enum(cls):
        return member_of_value(cls, args)
    derived = derived_base(interpreter, cls)
    if derived is not None:
        return make_derived(interpreter, cls, derived, args, kwargs, is_open=is_open)
    _refuse_abstract(cls)
    if cls.bases and getattr(cls.bases[0], "path", "") == "typing.TypedDict":
        return interpreter.call(interpreter.builtin("dict"), args, kwargs, is_open=is_open)
    instance = created_instance(interpreter, cls, args, kwargs)
    if type(instance) is not Instance or instance.cls is not cls:
        return instance
    init = find_in_class(interpreter, cls, "__init__")
    fields = None if isinstance(init, FunctionValue) else record_fields(cls)
    if fields is None and not isinstance(init, FunctionValue) and cls.bases and is_model(cls):
        fill_model(interpreter, instance, args, kwargs, is_open=is_open)
        return instance
    if fields is not None and not is_open:
        initial = fill_record(interpreter, instance, fields, args, kwargs)
        for name in ("__post_init__", "__attrs_post_init__"):
            if interpreter.has_method(instance, name):
                interpreter.call_method(instance, name, initial)
    elif isinstance(init, FunctionValue):
        call_function(interpreter, init, [instance, *args], kwargs, is_open=is_open)
    elif fields is not None:
        instance.attributes.update({name: item for name, item in kwargs.items() if name in fields})
        open_attributes(instance)
    return instance
