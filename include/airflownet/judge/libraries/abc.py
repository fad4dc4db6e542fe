"""``abc``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import FunctionValue
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("abc.abstractmethod")
def abstract_method(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@abc.abstractmethod``."""
    if args and isinstance(args[0], FunctionValue):
        args[0].attributes["__abstract__"] = True
    return args[0] if args else UNKNOWN
