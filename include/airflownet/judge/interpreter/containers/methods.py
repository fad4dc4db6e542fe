"""Methods of lists, dicts and sets."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.containers.dict_methods import DICT_METHODS
from airflownet.judge.interpreter.containers.list_methods import LIST_METHODS
from airflownet.judge.interpreter.containers.method_tables import Method
from airflownet.judge.interpreter.containers.set_methods import SET_METHODS
from airflownet.judge.interpreter.kinds import BASE_ATTRIBUTE
from airflownet.judge.interpreter.operation_methods import operation_method
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import VIEW_TYPES
from airflownet.judge.interpreter.values import DictFlavour, DictValue, ListValue, NativeMethod, SetValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_TABLES: dict[type, tuple[str, dict[str, Method], type]] = {
    ListValue: ("list", LIST_METHODS, list),
    DictValue: ("dict", DICT_METHODS, dict),
    SetValue: ("set", SET_METHODS, set),
}


def container_method(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns the bound method.

    Raises:
        Raised: AttributeError for a name the container does not have.
    """
    kind, table, python_type = _TABLES[type(value)]
    if type(value) is ListValue and value.kind != "list":
        return _view_method(value, name)
    if type(value) is DictValue and isinstance(value.factory, DictFlavour):
        own = value.factory.method(value, name)
        if own is not None:
            return own
    if type(value) is SetValue and value.is_frozen and not hasattr(frozenset, name):
        message = f"'frozenset' object has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    method = table.get(name)
    if method is not None:
        return NativeMethod(name, lambda interpreter, args, kwargs: method(interpreter, value, args, kwargs))
    if name == "default_factory" and type(value) is DictValue and value.factory is not None:
        return UNKNOWN
    if name == "maxlen" and type(value) is ListValue:
        return UNKNOWN if not value.exact else None  # a deque's; deques are lists here
    if not hasattr(python_type, name):
        raise Raised(
            "AttributeError", f"'{kind}' object has no attribute '{name}'", "unknown-attribute", name
        )

    if (operation := operation_method(value, name)) is not None:
        return operation

    def unmodelled(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        value.exact = False
        return UNKNOWN

    return NativeMethod(name, unmodelled)


def _view_method(value: ListValue, name: str) -> Any:
    """A method of an iterator or of a view of a dict, which have none of a list's."""
    if not hasattr(VIEW_TYPES[value.kind], name):
        raise Raised(
            "AttributeError", f"'{value.kind}' object has no attribute '{name}'", "unknown-attribute", name
        )
    return NativeMethod(name, lambda interpreter, args, kwargs: UNKNOWN)


BASE_ATTRIBUTE.update(dict.fromkeys(_TABLES, container_method))
