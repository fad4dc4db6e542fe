"""``contextlib``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import FunctionValue, GeneratorContext, NativeMethod
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("contextlib.contextmanager")
def _context_manager(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@contextlib.contextmanager``."""
    function = args[0] if args else UNKNOWN
    if not isinstance(function, FunctionValue):
        return UNKNOWN

    def call(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
        return GeneratorContext(function, more, more_kwargs)

    return NativeMethod(function.name, call, is_function=True)
