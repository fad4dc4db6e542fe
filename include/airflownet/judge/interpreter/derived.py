"""Values of the file's classes that derive from ``DAG``, ``TaskGroup``, ``dict``, ``list`` or ``set``.

Each is the value the base makes, with the file's class beside it: it works wherever the base's values do,
and its attributes are looked up in the class first.
"""

# ruff: noqa: ARG005 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.objects import DagValue, GroupValue
from airflownet.judge.airflow.roles import role_of
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    ListValue,
    NativeMethod,
    PythonValue,
    SetValue,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_CONTAINERS: Final[dict[str, type]] = {
    "dict": DictValue, "collections.OrderedDict": DictValue, "collections.UserDict": DictValue,
    "list": ListValue, "collections.UserList": ListValue, "set": SetValue,
}  # fmt: skip
DERIVABLE: Final = (DagValue, GroupValue, ListValue, DictValue, SetValue)


def class_of(value: Any) -> ClassValue | None:
    """Returns the file's class of a DAG, group or container, None for one of the base itself."""
    found: ClassValue | None = getattr(value, "cls", None) if isinstance(value, DERIVABLE) else None
    return found


def derived_base(interpreter: Interpreter, cls: ClassValue) -> Any:
    """Returns the base whose value an instance of the class is, None for every other class."""
    from airflownet.judge.interpreter.attributes import mro

    for base in mro(cls):
        if isinstance(base, PythonValue) and base.path in _CONTAINERS:
            return base
        if isinstance(base, ApiValue) and role_of(interpreter.world.canonical(base)) in ("DAG", "TaskGroup"):
            return base
    return None


def make_derived(
    interpreter: Interpreter,
    cls: ClassValue,
    base: Any,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> Any:
    """Returns what calling the class gives: its own ``__init__`` is run, or the base's."""
    from airflownet.judge.interpreter.attributes import find_in_class

    value = _empty(interpreter, base)
    value.cls = cls
    value.attributes = {}
    init = find_in_class(interpreter, cls, "__init__")
    if isinstance(init, FunctionValue):
        interpreter.call(init, [value, *args], kwargs, is_open=is_open)
    else:
        initialise(interpreter, value, base, args, kwargs, is_open=is_open)
    return value


def _empty(interpreter: Interpreter, base: Any) -> Any:
    if isinstance(base, PythonValue):
        return _CONTAINERS[base.path]()
    if role_of(interpreter.world.canonical(base)) == "DAG":
        return DagValue(UNKNOWN, {}, interpreter.line_here())
    return GroupValue(UNKNOWN, None, None, {})


def initialise(
    interpreter: Interpreter, value: Any, base: Any, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> None:
    """Does what the base's ``__init__`` does."""
    from airflownet.judge.airflow.dags import build_dag
    from airflownet.judge.airflow.groups import make_group, named_arguments

    if isinstance(value, DagValue):
        build_dag(interpreter, base, args, kwargs, is_open=is_open, dag=value)
    elif isinstance(value, GroupValue):
        interpreter.world.check_call(base, args, kwargs, is_open=is_open)
        make_group(interpreter, named_arguments(args, kwargs), value)
    else:
        name = "extend" if isinstance(value, ListValue) else "update"
        if not args and isinstance(value, ListValue):
            return
        interpreter.call(interpreter.attribute_of_base(value, name), args, kwargs)
        value.exact = value.exact and not is_open


def derived_attribute(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns an attribute that the value itself or its class has, ``MISSING`` for one of the base."""
    from airflownet.judge.interpreter.attributes import bind_method, mro

    if name in value.attributes:
        return value.attributes[name]
    for part in mro(value.cls):
        if isinstance(part, ClassValue) and name in part.attributes:
            return bind_method(interpreter, part.attributes[name], value)
    if name == "__class__":
        return value.cls
    return value if name == "data" and isinstance(value, (DictValue, ListValue)) else MISSING


def fallback_attribute(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns what the class's ``__getattr__`` gives, ``MISSING`` when it has none."""
    special = method_of(value, "__getattr__")
    return MISSING if special is None else interpreter.call(special, [value, name])


def method_of(value: Any, name: str) -> FunctionValue | None:
    """Returns the file's own method of that name, None when the base's holds."""
    from airflownet.judge.interpreter.attributes import mro

    cls = class_of(value)
    for part in () if cls is None else mro(cls):
        if isinstance(part, ClassValue) and isinstance(part.attributes.get(name), FunctionValue):
            found: FunctionValue = part.attributes[name]
            return found
    return None


def base_method(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns ``super().name`` where the base is one of these."""
    from airflownet.judge.interpreter.subscripts import delete_item, get_base_item, set_base_item

    base = derived_base(interpreter, value.cls)

    def init(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
        initialise(interpreter, value, base, args, kwargs, is_open=False)

    special: dict[str, Any] = {
        "__init__": init,
        "__getitem__": lambda i, a, k: get_base_item(i, value, *a),
        "__setitem__": lambda i, a, k: set_base_item(i, value, *a),
        "__delitem__": lambda i, a, k: delete_item(i, value, *a),
        "__enter__": lambda i, a, k: value,
        "__setattr__": lambda i, a, k: value.attributes.update({a[0]: a[1]}),
    }
    if name in special:
        return NativeMethod(name, special[name])
    if name.startswith("__"):
        return NativeMethod(name, lambda interpreter, args, kwargs: UNKNOWN)
    return interpreter.attribute_of_base(value, name)
