"""``functools.singledispatch``: a function that is chosen by the type of its first argument."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes import mro
from airflownet.judge.interpreter.kinds import ATTRIBUTE, CALL, CALLABLE
from airflownet.judge.interpreter.type_tests import is_instance
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ClassValue, FunctionValue, NativeMethod, PythonValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@dataclass(eq=False, slots=True)
class DispatchValue:
    """What ``singledispatch`` makes: a function for each registered type, and one for all others."""

    function: FunctionValue
    by_type: list[tuple[Any, Any]] = field(default_factory=list)


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


ATTRIBUTE[DispatchValue] = dispatch_attribute
CALL[DispatchValue] = call_dispatch
CALLABLE.add(DispatchValue)
