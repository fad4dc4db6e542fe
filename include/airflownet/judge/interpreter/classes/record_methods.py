"""What Python offers for records: ``replace``, ``asdict``, ``fields``, and the methods of named tuples."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.classes.records import (
    FROZEN,
    default_of,
    field_options,
    fill_record,
    is_named_tuple,
    parameters_of,
    record_fields,
)
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ClassValue,
    DictValue,
    Instance,
    ListValue,
    NativeMethod,
    is_exact,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_MOST_NESTED = 20


def check_frozen(instance: Instance, name: str) -> None:
    """Raises what setting a field of a frozen dataclass or a named tuple raises."""
    fields = record_fields(instance.cls)
    if fields is None or instance.cls.attributes.get("__setattr__") is not None:
        return
    if FROZEN in instance.cls.keywords:
        raise Raised("FrozenInstanceError", f"cannot assign to field '{name}'", "bad-value", name)
    if is_named_tuple(instance.cls) and name in fields:
        raise Raised("AttributeError", "can't set attribute", "bad-value", name)


def record_method(interpreter: Interpreter, instance: Instance, name: str) -> Any:
    """Returns a method of a named tuple, None for any other name."""
    if not is_named_tuple(instance.cls):
        return None
    fields = record_fields(instance.cls) or []
    if name == "_fields":
        return tuple(fields)
    if hasattr(tuple, name) and instance.plain is not None and not name.startswith("__"):
        found = getattr(instance.plain, name)
        return NativeMethod(name, lambda i, a, k: found(*a) if all(map(is_exact, a)) else UNKNOWN)
    methods = {"_asdict": lambda i, a, k: DictValue(_values(instance, fields)),
               "_replace": lambda i, a, k: _replaced(i, instance, k)}  # fmt: skip
    if name in methods:
        return NativeMethod(name, methods[name])
    return UNKNOWN if hasattr(tuple, name) else None


def _values(instance: Instance, fields: list[str]) -> dict[str, Any]:
    return {name: instance.attributes.get(name, UNKNOWN) for name in fields}


def _replaced(interpreter: Interpreter, instance: Instance, changes: dict[str, Any]) -> Any:
    fields = record_fields(instance.cls) or []
    unknown = [name for name in changes if name not in fields]
    if unknown and is_named_tuple(instance.cls):
        raise Raised("ValueError", f"Got unexpected field names: {unknown!r}", "unknown-argument", unknown[0])
    if is_named_tuple(instance.cls):
        new = Instance(instance.cls)
        fill_record(interpreter, new, fields, [], {**_values(instance, fields), **changes})
        return new
    given = {parameter.name for parameter in parameters_of(instance.cls, fields) if parameter.is_set}
    kept = {name: item for name, item in _values(instance, fields).items() if name in given}
    return interpreter.call(instance.cls, [], {**kept, **changes})


def replace(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``dataclasses.replace(record, field=value)``."""
    record: Any = args[0] if args else UNKNOWN
    return _replaced(interpreter, record, kwargs) if _is_record(record) else UNKNOWN


def as_dict(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``dataclasses.asdict(record)``: records within become dicts too."""
    record = args[0] if args else UNKNOWN
    if isinstance(record, (str, int, float, DictValue, ListValue, ClassValue)):
        raise Raised("TypeError", "asdict() should be called on dataclass instances", "wrong-type", "asdict")
    return _plain(interpreter, record, _MOST_NESTED) if _is_record(record) and not kwargs else UNKNOWN


def as_tuple(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``dataclasses.astuple(record)``."""
    found = as_dict(interpreter, args, kwargs)
    return tuple(found.values()) if isinstance(found, DictValue) else UNKNOWN


def _plain(interpreter: Interpreter, value: Any, depth: int) -> Any:
    interpreter.charge(8)
    if not depth:
        return UNKNOWN
    if _is_record(value) and not is_named_tuple(value.cls):
        values = _values(value, record_fields(value.cls) or [])
        return DictValue({name: _plain(interpreter, item, depth - 1) for name, item in values.items()})
    if isinstance(value, ListValue) and value.kind == "list":
        return ListValue((_plain(interpreter, item, depth - 1) for item in value), exact=value.exact)
    if isinstance(value, DictValue):
        return DictValue(
            ((k, _plain(interpreter, item, depth - 1)) for k, item in value.items()), exact=value.exact
        )
    return value


def _is_record(value: Any) -> bool:
    return isinstance(value, Instance) and record_fields(value.cls) is not None


def fields(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``dataclasses.fields(record or class)``: the names are known, defaults and types are not."""
    cls = getattr(args[0], "cls", args[0]) if args else UNKNOWN
    names = record_fields(cls) if isinstance(cls, ClassValue) else None
    if names is None or not isinstance(cls, ClassValue):
        return UNKNOWN
    found = [ApiInstance("dataclasses.Field", attributes=_of_field(cls, name)) for name in names]
    return tuple(found)


def _of_field(cls: ClassValue, name: str) -> dict[str, Any]:
    owner = next((part for part in mro(cls) if isinstance(part, ClassValue) and name in part.attributes), cls)
    options = field_options(owner, name)
    known = {key: options.get(key, True) for key in ("init", "repr", "compare")}
    return {"name": name, **known, "metadata": options.get("metadata", DictValue())}


def record_text(interpreter: Interpreter, instance: Instance) -> Any:
    """Returns ``repr(record)``, UNKNOWN where a value's text is not known."""
    parts: list[str] = []
    for name in record_fields(instance.cls) or ():
        options = {}
        for part in mro(instance.cls):
            if isinstance(part, ClassValue) and name in part.attributes:
                options = field_options(part, name)
                break
        if options.get("repr", True) is False:
            continue
        text = interpreter.call(interpreter.builtin("repr"), [instance.attributes.get(name, UNKNOWN)])
        if not isinstance(text, str):
            return UNKNOWN
        parts.append(f"{name}={text}")
    return f"{instance.cls.name}({', '.join(parts)})"


def is_dataclass(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``dataclasses.is_dataclass(value)``."""
    cls = getattr(args[0], "cls", args[0]) if args else UNKNOWN
    if not isinstance(cls, ClassValue):
        return UNKNOWN
    return record_fields(cls) is not None and not is_named_tuple(cls)


def tuple_class_attribute(interpreter: Interpreter, cls: ClassValue, name: str) -> Any:
    """Returns ``_fields``, ``_make`` or ``_field_defaults`` of a class of named tuples."""
    names = record_fields(cls) or []
    if name == "_fields":
        return tuple(names)
    if name == "_make":
        return NativeMethod(name, lambda i, a, k: i.call(cls, items_of(i, a[0])[0]) if a else UNKNOWN)
    defaults = {field: default_of(interpreter, cls, field) for field in names}
    return DictValue({field: value for field, value in defaults.items() if value is not MISSING})
