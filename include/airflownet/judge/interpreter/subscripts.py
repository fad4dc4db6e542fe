"""``a[b]`` read, written and deleted."""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.enumerations import member_of_name
from airflownet.judge.interpreter.classes.instances import is_unhashable
from airflownet.judge.interpreter.classes.lookup import find_in_class, is_enum, method_of
from airflownet.judge.interpreter.classes.records import is_named_tuple, record_fields
from airflownet.judge.interpreter.comparisons import are_equal
from airflownet.judge.interpreter.kinds import (
    DELETE_ITEM,
    ITEM,
    NEVER_A_KEY,
    NO_INDEX,
    NOT_SUBSCRIPTED,
    PATH_ITEM,
    SET_ITEM,
    type_name,
)
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    DictFlavour,
    DictValue,
    FunctionValue,
    GlobalsValue,
    Instance,
    ListValue,
    SetValue,
    is_concrete,
    is_key,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def get_item(interpreter: Interpreter, value: Any, index: Any) -> Any:
    """Returns ``value[index]``.

    Raises:
        Raised: KeyError, IndexError or TypeError, when certain.
    """
    kind = type(value)
    slot = ITEM.get(kind)
    if slot is not None and (found := slot(interpreter, value, index)) is not MISSING:
        return found
    if is_concrete(value) or kind in NOT_SUBSCRIPTED:
        raise _not_subscripted(type_name(value))
    if kind in (ApiValue, ClassValue) or getattr(value, "path", "").startswith("typing."):
        return value  # a generic alias: Asset[int], dict[str, int]
    return UNKNOWN


def _not_subscripted(name: str, subject: str = "") -> Raised:
    return Raised("TypeError", f"'{name}' object is not subscriptable", "wrong-type", subject)


def _container_item(interpreter: Interpreter, value: Any, index: Any) -> Any:
    if type(index) is slice and type(value) is ListValue:
        interpreter.charge(len(value))
    method = method_of(value, "__getitem__") if getattr(value, "cls", None) is not None else None
    if method is not None:
        return interpreter.call(method, [value, index])
    return get_base_item(interpreter, value, index)


def _plain_item(interpreter: Interpreter, value: Any, index: Any) -> Any:
    if type(index) is slice and type(value) is tuple:
        interpreter.charge(len(value))
    return _sequence_item(value, index)


def _api_instance_item(interpreter: Interpreter, value: ApiInstance, index: Any) -> Any:
    slot = PATH_ITEM.get(value.path)
    if slot is not None and (found := slot(interpreter, value, index)) is not MISSING:
        return found
    if name := interpreter.world.closed_class(value):
        raise _not_subscripted(name, name)
    return MISSING


def _class_item(interpreter: Interpreter, value: ClassValue, index: Any) -> Any:
    if is_enum(value):
        return member_of_name(value, index)
    own = find_in_class(value, "__class_getitem__")
    return interpreter.call(own, [value, index]) if isinstance(own, FunctionValue) else MISSING


def _module_item(interpreter: Interpreter, value: GlobalsValue, index: Any) -> Any:
    return value.module.names.get(index, UNKNOWN) if isinstance(index, str) else UNKNOWN


def get_base_item(interpreter: Interpreter, value: Any, index: Any) -> Any:
    """Returns ``value[index]`` of a list or dict as the builtin finds it."""
    if isinstance(value, DictValue):
        return _dict_item(interpreter, value, index)
    if value.kind != "list":
        raise Raised("TypeError", f"'{value.kind}' object is not subscriptable", "wrong-type", value.kind)
    return _sequence_item(value, index)


def _instance_item(interpreter: Interpreter, value: Instance, index: Any) -> Any:
    if is_named_tuple(value.cls):
        names = record_fields(value.cls) or ()
        return _sequence_item(tuple(value.attributes.get(name, UNKNOWN) for name in names), index)
    if isinstance(value.plain, str):
        return _sequence_item(value.plain, index)
    return interpreter.call_method(value, "__getitem__", [index])


def _missing_key(key: Any) -> Raised:
    if type(key) is Instance:
        return Raised("KeyError", f"<{key.cls.name} object>", "bad-value", key.cls.name)
    return Raised("KeyError", repr(key), "bad-value", str(key))


def _dict_item(interpreter: Interpreter, value: DictValue, index: Any) -> Any:
    if index is UNKNOWN or not is_key(index) or isinstance(index, (ListValue, DictValue, SetValue)):
        return UNKNOWN
    flavour = value.factory if isinstance(value.factory, DictFlavour) else None
    try:
        if index in value:
            return (
                value[index]
                if flavour is None or not flavour.item
                else flavour.item(interpreter, value, index)
            )
    except TypeError:  # a tuple that holds something unhashable
        return UNKNOWN
    if flavour is not None:
        if (found := flavour.missing_item(value)) is not MISSING:
            return found
    elif value.factory is not None:
        value[index] = interpreter.call(value.factory, [])
        return value[index]
    if value.exact and (is_concrete(index) or type(index) is tuple or type(index) is Instance):
        if type(index) is Instance and index.plain is None:
            return _item_of_equal(interpreter, value, index)
        if (missing := method_of(value, "__missing__")) is not None:
            return interpreter.call(missing, [value, index])
        raise _missing_key(index)
    return UNKNOWN


def _item_of_equal(interpreter: Interpreter, value: DictValue, index: Instance) -> Any:
    """The item under a key that equals an instance by its own ``__eq__`` or by its fields."""
    interpreter.charge(8 * len(value))
    for key in value:
        same = are_equal(interpreter, key, index)
        if same is not False:
            return value[key] if same else UNKNOWN
    text = interpreter.call(interpreter.builtin("repr"), [index])
    raise Raised("KeyError", text if isinstance(text, str) else index.cls.name, "bad-value", index.cls.name)


def _sequence_item(value: Any, index: Any) -> Any:
    is_exact = getattr(value, "exact", True)
    if type(index) is slice:
        try:
            part = list.__getitem__(value, index) if isinstance(value, ListValue) else value[index]
        except (TypeError, ValueError) as error:
            raise Raised(type(error).__name__, str(error), "bad-value") from None
        return ListValue(part, exact=is_exact) if isinstance(value, ListValue) else part
    if type(index) in (int, bool):
        if -len(value) <= index < len(value) and (is_exact or index >= 0):
            return list.__getitem__(value, index) if isinstance(value, ListValue) else value[index]
        if is_exact:
            name = (
                "list"
                if isinstance(value, ListValue)
                else {str: "string"}.get(type(value), type(value).__name__)
            )
            raise Raised("IndexError", f"{name} index out of range", "bad-value")
        return UNKNOWN
    if type(index) is Instance and type(index.plain) is int:
        return _sequence_item(value, index.plain)
    if is_concrete(index) or type(index) in NO_INDEX:
        name = (
            "list" if isinstance(value, ListValue) else {str: "string"}.get(type(value), type(value).__name__)
        )
        raise Raised(
            "TypeError",
            f"{name} indices must be integers or slices, not {type(index).__name__}",
            "wrong-type",
        )
    return UNKNOWN


def set_item(interpreter: Interpreter, container: Any, index: Any, value: Any) -> None:
    """Does ``container[index] = value``.

    Raises:
        Raised: the container takes no items, or the index is out of range.
    """
    method = method_of(container, "__setitem__") if getattr(container, "cls", None) is not None else None
    if method is not None:
        interpreter.call(method, [container, index, value])
    else:
        set_base_item(interpreter, container, index, value)


def set_base_item(interpreter: Interpreter, container: Any, index: Any, value: Any) -> None:
    """Does ``container[index] = value`` as the builtin does it."""
    if isinstance(container, DictValue):
        if type(index) in NEVER_A_KEY or (type(index) is Instance and is_unhashable(index)):
            name = type_name(index)
            raise Raised("TypeError", f"unhashable type: '{name}'", "wrong-type", name)
        if index is UNKNOWN or isinstance(index, (ListValue, DictValue, SetValue)) or not is_key(index):
            container.exact = False
        else:
            if isinstance(container.factory, DictFlavour) and container.factory.kept is not None:
                value = container.factory.kept(interpreter, container, index, value)
            if interpreter.maybe_depth and index in container and container[index] is not value:
                value = UNKNOWN
            elif interpreter.maybe_depth:
                container.exact = False
            container[index] = value
    elif isinstance(container, ListValue):
        if type(index) is int and -len(container) <= index < len(container):
            list.__setitem__(container, index, UNKNOWN if interpreter.maybe_depth else value)
        elif type(index) is int and container.exact:
            raise Raised("IndexError", "list assignment index out of range", "bad-value")
        elif type(index) is slice and isinstance(value, (ListValue, tuple)) and not interpreter.maybe_depth:
            _set_slice(container, index, value)
        else:
            container.exact = False
    elif type(container) in (tuple, str, bytes, int, float, type(None)):
        raise Raised(
            "TypeError", f"'{type(container).__name__}' object does not support item assignment", "wrong-type"
        )
    elif (slot := SET_ITEM.get(type(container))) is not None:
        slot(interpreter, container, index, value)


def _set_slice(container: ListValue, index: slice, value: Any) -> None:
    try:
        list.__setitem__(container, index, list(value))
    except ValueError as error:
        raise Raised("ValueError", str(error), "bad-value") from None
    container.exact = container.exact and getattr(value, "exact", True) and len(container) <= MAX_ITEMS


def delete_item(interpreter: Interpreter, container: Any, index: Any) -> None:
    """Does ``del container[index]``."""
    slot = DELETE_ITEM.get(type(container))
    if slot is not None:
        slot(interpreter, container, index)
    if isinstance(container, DictValue):
        if index is UNKNOWN or interpreter.maybe_depth or not is_key(index):
            container.exact = False
        elif index in container:
            del container[index]
        elif container.exact:
            raise _missing_key(index)
    elif isinstance(container, ListValue):
        if type(index) in (int, slice) and not interpreter.maybe_depth and container.exact:
            try:
                list.__delitem__(container, index)
            except IndexError:
                raise Raised("IndexError", "list assignment index out of range", "bad-value") from None
        else:
            container.exact = False


def _set_of_module(interpreter: Interpreter, container: GlobalsValue, index: Any, value: Any) -> None:
    name = index if isinstance(index, str) else f"<computed {len(container.module.names)}>"
    container.module.names[name] = value


def _set_of_environment(interpreter: Interpreter, container: ApiInstance, index: Any, value: Any) -> None:
    if container.path == "os.environ":
        interpreter.set_environment_item(index, value)


def _set_of_instance(interpreter: Interpreter, container: Instance, index: Any, value: Any) -> None:
    interpreter.call_method(container, "__setitem__", [index, value])


ITEM.update(
    {
        ListValue: _container_item,
        DictValue: _container_item,
        tuple: _plain_item,
        str: _plain_item,
        bytes: _plain_item,
        range: _plain_item,
        ApiInstance: _api_instance_item,
        Instance: _instance_item,
        ClassValue: _class_item,
        GlobalsValue: _module_item,
    }
)
SET_ITEM.update({GlobalsValue: _set_of_module, ApiInstance: _set_of_environment, Instance: _set_of_instance})
