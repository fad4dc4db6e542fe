"""What cannot stand beside ``>>``: a class that was not called, a function, text, a DAG, an asset ...

Follows ``DAGNode._set_relatives``: the other side is asked for ``update_relative``, then for its roots.
"""

from __future__ import annotations

from typing import Any, Final

from airflownet.judge.airflow.checks.assets import is_asset
from airflownet.judge.airflow.objects import (
    DagFactory,
    DagValue,
    GroupFactory,
    GroupValue,
    PartialOperator,
    TaskFactory,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.airflow.roles import role_of
from airflownet.judge.catalogue import ClassInfo, FunctionInfo
from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import full_name
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    ListValue,
    MethodValue,
    ModuleValue,
    NativeMethod,
    PythonValue,
    SetValue,
    is_concrete,
)

_NODES: Final = frozenset({TaskValue, XComArgValue, GroupValue})
_NAMES: Final[dict[type, str]] = {
    FunctionValue: "function",
    DictValue: "dict",
    SetValue: "set",
    MethodValue: "function",  # a bound method asks its function for the attribute
    NativeMethod: "function",
    TaskFactory: "_TaskDecorator",
    GroupFactory: "_TaskGroupFactory",
    DagFactory: "function",
    DagValue: "DAG",
    PartialOperator: "OperatorPartial",
    tuple: "tuple",
}
_OWN_RELATIONS: Final = frozenset(
    {"__rshift__", "__lshift__", "update_relative", "__getattr__", "__getattribute__"}
)


def check_relatable(item: Any) -> None:
    """Raises what Airflow raises for something that is neither a task nor a group."""
    kind = type(item)
    if kind in _NODES:
        return
    if kind in _NAMES:
        raise _lacking(_NAMES[kind])
    if kind is ListValue:
        raise _lacking(item.kind)
    if kind is ModuleValue:
        raise _lacking(item.name, f"module '{item.name}'")
    if kind is PythonValue:
        _check_python(item)
    elif is_concrete(item):
        raise _lacking(full_name(kind))
    elif kind is ApiInstance:
        _check_instance(item)
    elif kind is ApiValue:
        _check_name(item)
    elif kind is ClassValue or kind is Instance:
        _check_own(item)


def _lacking(name: str, shown: str = "") -> Raised:
    message = f"{shown or repr(name) + ' object'} has no attribute 'update_relative'"
    return Raised("AttributeError", message, "wrong-relation", name)


def _not_called() -> Raised:
    """A class of tasks has the method, but its roots are a property."""
    return Raised("TypeError", "'property' object is not iterable", "wrong-relation", "property")


def _check_python(item: PythonValue) -> None:
    if isinstance(item.object, type):
        name = full_name(item.object)
        raise _lacking(name, f"type object '{name}'")
    raise _lacking(type(item.object).__name__)


def _check_instance(item: ApiInstance) -> None:
    """An asset, a hook, a notifier: an object of Airflow that is no task."""
    definition = item.definition
    if not isinstance(definition, ClassInfo) or definition.unknown_bases:
        if not is_asset(item):
            return
    elif definition.member_kind("update_relative") is not None or "__getattr__" in definition.methods:
        return
    raise _lacking(item.path.rpartition(".")[2])


def _check_name(item: ApiValue) -> None:
    """A class or function of Airflow that was not called."""
    definition = item.definition
    if role_of(item.canonical or item.path) == "task":
        message = "task decorator 'update_relative' not found"
        raise Raised("AttributeError", message, "wrong-relation", "task")
    if isinstance(definition, FunctionInfo):
        raise _lacking("function")
    if not isinstance(definition, ClassInfo) or definition.unknown_bases or definition.is_enum:
        return
    if definition.is_operator:
        raise _not_called()
    if definition.name == "TaskGroup":
        raise Raised(
            "AttributeError", "'bool' object has no attribute 'roots'", "wrong-relation", "TaskGroup"
        )
    if definition.member_kind("update_relative") is None:
        raise _lacking(definition.name, f"type object '{definition.name}'")


def _check_own(item: ClassValue | Instance) -> None:
    """A class of the file, or an instance of one that is no task."""
    cls = item if isinstance(item, ClassValue) else item.cls
    order = mro(cls)
    if any(isinstance(part, ClassValue) and _OWN_RELATIONS & part.attributes.keys() for part in order):
        return
    for part in order:
        definition = getattr(part, "definition", None)
        if isinstance(definition, ClassInfo) and definition.is_operator:
            raise _not_called()
    if all(isinstance(part, (ClassValue, PythonValue)) for part in order) and not cls.keywords:
        raise _lacking(cls.name, f"type object '{cls.name}'" if item is cls else "")
