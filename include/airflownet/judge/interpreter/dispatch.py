"""Attributes and calls by kind of value: one look into a table, UNKNOWN where nothing is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.kinds import (
    ATTRIBUTE,
    BASE_ATTRIBUTE,
    CALL,
    NOT_CALLABLE,
    SET_ATTRIBUTE,
    type_name,
)
from airflownet.judge.interpreter.lazy import TAKES_LAZY, made_arguments
from airflownet.judge.interpreter.open_values import loosen
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ClassValue, FunctionValue, Instance, MethodValue, is_concrete

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_OWN_CODE: Final = frozenset({FunctionValue, MethodValue, Instance, ClassValue})
"""What is of the file itself gets an iterator as it is."""


def get_attribute(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns ``value.name``.

    Raises:
        Raised: AttributeError, when certain.
    """
    slot = ATTRIBUTE.get(type(value))
    return UNKNOWN if slot is None else slot(interpreter, value, name)


def base_attribute(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns an attribute of a DAG, group or container as its base has it."""
    slot = BASE_ATTRIBUTE.get(type(value))
    return UNKNOWN if slot is None else slot(interpreter, value, name)


def set_attribute(interpreter: Interpreter, value: Any, name: str, item: Any) -> None:
    """Does ``value.name = item``."""
    slot = SET_ATTRIBUTE.get(type(value))
    if slot is not None:
        slot(interpreter, value, name, item)


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
    if interpreter.has_lazy and kind not in _OWN_CODE and getattr(function, "path", "") not in TAKES_LAZY:
        args, kwargs = made_arguments(interpreter, args, kwargs)
    slot = CALL.get(kind)
    if slot is not None:
        return slot(interpreter, function, args, kwargs, is_open=is_open)
    if is_concrete(function) or type(function) in NOT_CALLABLE:
        raise not_callable(type_name(function))
    if function is UNKNOWN:
        for value in (*args, *kwargs.values()):
            loosen(value)
    return UNKNOWN


def not_callable(name: str) -> Raised:
    """Returns what calling a value of that type raises."""
    return Raised("TypeError", f"'{name}' object is not callable", "not-callable", name)
