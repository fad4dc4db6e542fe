"""``try``, ``except`` and ``raise``."""

from __future__ import annotations

import ast
import builtins
from typing import Any, Final

from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.exception_values import exception_value
from airflownet.judge.interpreter.interpreter import Interpreter, Signal, bound_names, run_maybe
from airflownet.judge.interpreter.open_values import either
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import Scope
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    Instance,
    ListValue,
    PythonValue,
    is_concrete,
)


def execute_try(interpreter: Interpreter, node: ast.Try | ast.TryStar, scope: Scope) -> Signal:
    """Runs the body; a failure goes to the first handler that takes it."""
    signal: Signal = None
    try:
        interpreter.try_depth += 1
        try:
            signal = interpreter.execute_block(node.body, scope)
        finally:
            interpreter.try_depth -= 1
        if signal is None and node.orelse:
            signal = interpreter.execute_block(node.orelse, scope)
    except Raised as error:
        interpreter.locate(error)
        handled, signal = _handle(interpreter, node, error, scope)
        if not handled:
            _finally(interpreter, node, scope)
            raise
        if error.uncertain and error.kind != "third-party-module":
            signal = _forget_results(node, scope, signal)
    final = _finally(interpreter, node, scope)
    return final if final is not None else signal


def _forget_results(node: ast.Try | ast.TryStar, scope: Scope, signal: Signal) -> Signal:
    """What the body would have bound or returned is as likely as what the handler put in its place.

    ``try: settings = json.load(open(path))`` with ``except OSError: settings = {}``: a key that the empty
    dict lacks may be there.
    """
    for statement in node.body:
        for name in bound_names(statement):
            if name in scope.names:
                scope.names[name] = either(scope.names[name])
    if any(type(statement) is ast.Return for statement in node.body):
        if signal is None:
            scope.maybe_returns = [*(scope.maybe_returns or ()), UNKNOWN]
        elif signal[0] == "return":
            return "return", either(signal[1])
    return signal


def _finally(interpreter: Interpreter, node: ast.Try | ast.TryStar, scope: Scope) -> Signal:
    return interpreter.execute_block(node.finalbody, scope) if node.finalbody else None


def _handle(
    interpreter: Interpreter, node: ast.Try | ast.TryStar, error: Raised, scope: Scope
) -> tuple[bool, Signal]:
    if isinstance(node, ast.TryStar):
        return _handle_parts(interpreter, node, error, scope)
    for handler in node.handlers:
        known: bool | None = True
        if handler.type is not None:
            known = matches(interpreter.evaluate(handler.type, scope), error)
        if known is False:
            continue
        if handler.name:
            scope.assign(handler.name, exception_value(error))
        interpreter.handled.append(error)
        try:
            if known:
                return True, interpreter.execute_block(handler.body, scope)
            interpreter.unknown(f"whether 'except' takes {error.exception}")
            return True, run_maybe(interpreter, handler.body, scope)
        finally:
            interpreter.handled.pop()
            if handler.name and known:
                scope.delete(handler.name)
    return False, None


def _handle_parts(
    interpreter: Interpreter, node: ast.Try | ast.TryStar, error: Raised, scope: Scope
) -> tuple[bool, Signal]:
    """``except*``: each handler takes what it may of a group, what no handler takes is raised again."""
    left = _parts(interpreter, error)
    if left is None:
        interpreter.unknown(f"what 'except*' takes of {error.exception}")
        for handler in node.handlers:
            run_maybe(interpreter, handler.body, scope)
        return True, None
    for handler in node.handlers:
        kind = None if handler.type is None else interpreter.evaluate(handler.type, scope)
        known = [True if handler.type is None else matches(kind, part) for part in left]
        if not any(answer is not False for answer in known):
            continue
        if handler.name:
            scope.assign(handler.name, UNKNOWN)
        if None in known:
            interpreter.unknown(f"whether 'except*' takes {error.exception}")
            run_maybe(interpreter, handler.body, scope)
        else:
            interpreter.execute_block(handler.body, scope)
        left = [part for part, answer in zip(left, known, strict=True) if answer is False]
    if left:
        raise left[0] if error.exception not in _GROUPS else error
    return True, None


_GROUPS: Final = ("ExceptionGroup", "BaseExceptionGroup")


def _parts(interpreter: Interpreter, error: Raised) -> list[Raised] | None:
    """Returns the exceptions of a group, each once, the groups in it taken apart; None where not known."""
    found: list[Raised] = []
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        part = waiting.pop()
        if part.exception not in _GROUPS:
            found.append(part)
            continue
        arguments = part.value.args if isinstance(part.value, ApiInstance) else ()
        if len(arguments) != 2 or not isinstance(arguments[1], (ListValue, tuple)):
            return None
        items = list(arguments[1])
        interpreter.charge(len(items))
        if not getattr(arguments[1], "exact", True):
            return None
        for item in reversed(items):
            if not isinstance(item, (ApiInstance, Instance)):
                return None
            if id(item) in seen:
                continue
            seen.add(id(item))
            name = item.cls.name if isinstance(item, Instance) else item.path.rpartition(".")[2]
            waiting.append(Raised(name, "", "raises", name, item))
    return found


_BASES: Final[dict[str, type[Exception]]] = {
    "FrozenInstanceError": AttributeError,
    "InvalidTimezone": ValueError,
    "ParserError": ValueError,
    "ValidationError": ValueError,
}
"""What exceptions of libraries, by their names, derive from: dataclasses, pendulum, pydantic."""


def matches(handler: Any, error: Raised) -> bool | None:
    """Whether ``except handler`` takes the error; None when it cannot be known."""
    if isinstance(handler, (tuple, ListValue)):
        known = [matches(item, error) for item in handler]
        return True if True in known else (None if None in known else False)
    raised = type(error.python_error) if error.python_error else getattr(builtins, error.exception, None)
    if isinstance(handler, PythonValue) and isinstance(handler.object, type):
        if handler.object.__name__ == error.exception:
            return True
        raised = raised or _BASES.get(error.exception)
        if isinstance(raised, type):
            return issubclass(raised, handler.object)
        if handler.object in (Exception, BaseException):
            return error.exception != "SystemExit"
        return None if _class_of(error) is not None else False
    if isinstance(handler, ApiValue):
        name = handler.path.rpartition(".")[2]
        return True if name == error.exception else (None if raised is None else False)
    if isinstance(handler, ClassValue):
        cls = _class_of(error)
        if cls is None:
            return False if raised is not None else None
        return handler in mro(cls)
    return None


def _class_of(error: Raised) -> ClassValue | None:
    return error.value.cls if isinstance(error.value, Instance) else None


def execute_raise(interpreter: Interpreter, node: ast.Raise, scope: Scope) -> Signal:
    """Raises what the file raises."""
    if node.exc is None:
        if interpreter.handled:
            raise interpreter.handled[-1]
        raise Raised("RuntimeError", "No active exception to reraise", "raises", "RuntimeError")
    value = interpreter.evaluate(node.exc, scope)
    interpreter.node = node
    name = "Exception"
    arguments: tuple[Any, ...] = ()
    if isinstance(value, (ApiInstance, ApiValue, PythonValue)):
        name = value.path.rpartition(".")[2]
        arguments = value.args if isinstance(value, ApiInstance) else ()
    elif isinstance(value, Instance):
        name, arguments = value.cls.name, value.args
    elif isinstance(value, ClassValue):
        name = value.name
    elif value is not UNKNOWN and is_concrete(value):
        raise Raised("TypeError", "exceptions must derive from BaseException", "wrong-type")
    text = str(arguments[0]) if arguments and is_concrete(arguments[0]) else ""
    raise Raised(name, text, "raises", name, value)
