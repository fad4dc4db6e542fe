"""``typing``."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ClassValue, FunctionValue, NativeMethod
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("typing.cast")
def _cast(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else UNKNOWN


@models("typing.NewType")
def _new_type(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``NewType("Id", str)``: calling it gives back what it is given."""
    return NativeMethod("NewType", lambda _interpreter, given, _names: given[0] if given else UNKNOWN)


@models("typing.final", "typing.override", "typing.runtime_checkable")
def same(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A decorator that leaves what it decorates as it is; with arguments, it gives such a decorator."""
    if args and isinstance(args[0], (FunctionValue, ClassValue, NativeMethod)):
        return args[0]
    return NativeMethod("decorator", lambda interpreter, more, _: more[0] if more else UNKNOWN)
