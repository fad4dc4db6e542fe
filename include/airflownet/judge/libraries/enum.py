"""``enum``: what its functions and ``Enum("Name", ...)`` give."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes import enumerations
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ClassValue
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("enum.unique")
def _unique(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@enum.unique`` refuses aliases."""
    cls = args[0] if args else UNKNOWN
    if not isinstance(cls, ClassValue):
        return cls
    names = {name: member.attributes["name"] for name, member in enumerations.members_of(cls).items()}
    aliases = [f"{alias} -> {name}" for alias, name in names.items() if alias != name]
    if aliases:
        message = f"duplicate values found in <enum {cls.name!r}>: {', '.join(aliases)}"
        raise Raised("ValueError", message, "bad-value", cls.name)
    return cls


@models("enum.Enum")
def _enumeration(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``Enum("Name", ["A", "B"])``."""
    if len(args) != 2 or not isinstance(args[0], str):
        return UNKNOWN
    cls = enumerations.enumeration_of(args[0], args[1])
    if isinstance(cls, ClassValue):
        enumerations.build_members(interpreter, cls)
    return cls
