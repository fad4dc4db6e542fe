"""Entering and leaving ``with`` blocks: DAGs, task groups, setups."""

# ruff: noqa: ARG001 - handlers of one table share one signature

from __future__ import annotations

import ast
import io
from typing import TYPE_CHECKING, Any, NamedTuple

from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter.classes.lookup import find_in_class
from airflownet.judge.interpreter.exception_values import exception_value
from airflownet.judge.interpreter.kinds import ENTER, EXIT, NO_CONTEXT
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import shown_type
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    GeneratorContext,
    Instance,
    NativeMethod,
    StandardObject,
    is_concrete,
    truth,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


class _Callback(NamedTuple):
    """What ``ExitStack.callback`` will call."""

    args: list[Any]
    kwargs: dict[str, Any]


def enter_context(interpreter: Interpreter, manager: Any) -> Any:
    """Returns what ``with manager as x`` gives ``x``.

    Raises:
        Raised: the value is no context manager.
    """
    slot = ENTER.get(type(manager))
    if slot is not None:
        return slot(interpreter, manager)
    if isinstance(manager, ApiInstance) and manager.path == "contextlib.ExitStack":
        return _enter_stack(manager)
    if isinstance(manager, ApiInstance) and manager.path in ("contextlib.nullcontext", "contextlib.closing"):
        return manager.args[0] if manager.args else manager.kwargs.get("enter_result")
    if isinstance(manager, Instance):
        if interpreter.has_method(manager, "__enter__"):
            return interpreter.call_method(manager, "__enter__", [])
        return UNKNOWN
    if is_concrete(manager) or type(manager) in NO_CONTEXT:
        raise Raised(
            "TypeError",
            f"'{shown_type(manager)}' object does not support the context manager protocol",
            "wrong-type",
            shown_type(manager),
        )
    if isinstance(manager, NativeMethod) and manager.is_function:
        message = "'function' object does not support the context manager protocol"
        raise Raised("TypeError", message, "wrong-type", manager.name)
    if isinstance(manager, ApiValue) and isinstance(manager.definition, ClassInfo):
        message = "'type' object does not support the context manager protocol"
        raise Raised("TypeError", message, "wrong-type", manager.definition.name)
    if isinstance(manager, StandardObject) and isinstance(manager.object, io.IOBase):
        return manager
    return manager if getattr(manager, "path", "") else UNKNOWN


def exit_context(interpreter: Interpreter, manager: Any) -> None:
    """Leaves what ``enter_context`` entered."""
    slot = EXIT.get(type(manager))
    if slot is not None:
        slot(interpreter, manager)
    elif isinstance(manager, Instance) and interpreter.has_method(manager, "__exit__"):
        interpreter.call_method(manager, "__exit__", [None, None, None])
    elif isinstance(manager, _Callback):
        interpreter.call(manager.args[0], manager.args[1:], manager.kwargs)
    elif isinstance(manager, ApiInstance):
        for inner in reversed(manager.attributes.pop("__entered__", [])):
            exit_context(interpreter, inner)


def may_suppress(interpreter: Interpreter, manager: Any) -> bool:
    """Whether the ``__exit__`` of a class of the file returns something that may be true."""
    if type(manager) is not Instance or not interpreter.has_method(manager, "__exit__"):
        return False
    method = find_in_class(manager.cls, "__exit__")
    returned = [part.value for part in ast.walk(method.node) if isinstance(part, ast.Return)]
    return any(item is not None and getattr(item, "value", True) not in (None, False) for item in returned)


def leave_with_error(interpreter: Interpreter, entered: list[Any], error: Raised) -> bool:
    """Leaves the managers after an error, innermost first; True when one of them takes the error."""
    while entered:
        manager = entered.pop()
        if not may_suppress(interpreter, manager):
            exit_context(interpreter, manager)
            continue
        value = exception_value(error)
        kind = interpreter.call(interpreter.builtin("type"), [value])
        if truth(interpreter.call_method(manager, "__exit__", [kind, value, None])):
            return True
    return False


def _enter_stack(stack: ApiInstance) -> ApiInstance:
    """``contextlib.ExitStack``: what is entered with ``enter_context`` is left with the stack."""
    entered: list[Any] = []

    def enter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if not args or isinstance(args[0], GeneratorContext):
            return interpreter.unknown("a generator's context on an ExitStack")
        value = enter_context(interpreter, args[0])
        entered.append(args[0])
        return value

    def push(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        entered.append(_Callback(args, kwargs))
        return args[0] if args else UNKNOWN

    stack.attributes.update(
        __entered__=entered,
        enter_context=NativeMethod("enter_context", enter),
        callback=NativeMethod("callback", push),
    )
    return stack
