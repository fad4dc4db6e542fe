"""Values of the file's classes that derive from ``DAG``, ``TaskGroup``, ``dict``, ``list`` or ``set``.

Each is the value the base makes, with the file's class beside it: it works wherever the base's values do,
and its attributes are looked up in the class first.
"""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.classes.lookup import bind_method, find_in_class, method_of, mro
from airflownet.judge.interpreter.kinds import CONSTRUCT, INITIALISE, Construct
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.subscripts import delete_item, get_base_item, set_base_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
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


def constructor_of(interpreter: Interpreter, cls: ClassValue) -> tuple[Construct | None, Any]:
    """Returns how the class is called because of a base outside the file, and that base."""
    for base in mro(cls):
        slot = CONSTRUCT.get(type(base))
        if slot is not None and (construct := slot(interpreter, base)) is not None:
            return construct, base
    return None, None


def make_derived(
    interpreter: Interpreter,
    cls: ClassValue,
    base: Any,
    value: Any,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> Any:
    """Makes an empty value of the base one of the class: its own ``__init__`` is run, or the base's."""
    value.cls = cls
    value.attributes = {}
    init = find_in_class(cls, "__init__")
    if isinstance(init, FunctionValue):
        interpreter.call(init, [value, *args], kwargs, is_open=is_open)
    else:
        initialise(interpreter, value, base, args, kwargs, is_open=is_open)
    return value


def initialise(
    interpreter: Interpreter, value: Any, base: Any, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> None:
    """Does what the base's ``__init__`` does."""
    INITIALISE[type(value)](interpreter, value, base, args, kwargs, is_open=is_open)


def _make_container(
    interpreter: Interpreter,
    cls: ClassValue,
    base: PythonValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> Any:
    empty = _CONTAINERS[base.path]()
    return make_derived(interpreter, cls, base, empty, args, kwargs, is_open=is_open)


def _fill_container(
    interpreter: Interpreter, value: Any, base: Any, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> None:
    name = "extend" if isinstance(value, ListValue) else "update"
    if not args and isinstance(value, ListValue):
        return
    interpreter.call(interpreter.attribute_of_base(value, name), args, kwargs)
    value.exact = value.exact and not is_open


def _container_base(interpreter: Interpreter, base: PythonValue) -> Construct | None:
    return _make_container if base.path in _CONTAINERS else None


CONSTRUCT[PythonValue] = _container_base
INITIALISE.update(dict.fromkeys((ListValue, DictValue, SetValue), _fill_container))


def derived_attribute(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns an attribute that the value itself or its class has, ``MISSING`` for one of the base."""
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


def base_method(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns ``super().name`` where the base is one of these."""
    _, base = constructor_of(interpreter, value.cls)

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
