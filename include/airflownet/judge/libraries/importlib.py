"""``importlib``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("importlib.import_module")
def import_by_name(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``importlib.import_module("a.b")``."""
    name = args[0] if args else kwargs.get("name", UNKNOWN)
    if len(args) > 1 or "package" in kwargs or not isinstance(name, str) or name.startswith("."):
        return interpreter.unknown("a module that is imported by a computed name")
    interpreter.imports.add(name)
    return interpreter.find_module(name)
