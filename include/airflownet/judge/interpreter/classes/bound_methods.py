"""What a class attribute is when it is taken from an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.lookup import derived_class_of
from airflownet.judge.interpreter.kinds import PLAIN_FUNCTIONS
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import FunctionValue, Instance, MethodValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def bind_method(interpreter: Interpreter, found: Any, instance: Any) -> Any:
    """Returns a class attribute as seen from an instance."""
    if type(found) is Instance and interpreter.has_method(found, "__get__"):
        return interpreter.call_method(found, "__get__", [instance, UNKNOWN])
    if type(found) in PLAIN_FUNCTIONS:
        return MethodValue(found, instance)
    if not isinstance(found, FunctionValue):
        return found
    role = found.attributes.get("__role__", "method")
    if role == "staticmethod":
        return found
    if role == "classmethod":
        owner = instance.cls if isinstance(instance, Instance) else derived_class_of(instance)
        return MethodValue(found, instance if owner is None else owner)
    if role == "property":
        return interpreter.call(found, [instance])
    if role != "method":
        return UNKNOWN
    return MethodValue(found, instance)
