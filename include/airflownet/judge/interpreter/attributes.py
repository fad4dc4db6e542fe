"""Reading and writing attributes, one function per kind of value."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import enum
import types
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.derived import base_method, derived_attribute, fallback_attribute
from airflownet.judge.interpreter.classes.enumerations import members_of
from airflownet.judge.interpreter.classes.instantiation import new_object
from airflownet.judge.interpreter.classes.lookup import (
    bind_method,
    check_slots,
    class_of,
    derived_class_of,
    find_in_class,
    is_enum,
    library_base,
    mro,
)
from airflownet.judge.interpreter.classes.record_methods import (
    check_frozen,
    record_method,
    tuple_class_attribute,
)
from airflownet.judge.interpreter.classes.records import annotated_names, is_named_tuple, record_fields
from airflownet.judge.interpreter.dispatch import base_attribute, get_attribute
from airflownet.judge.interpreter.exception_values import is_exception
from airflownet.judge.interpreter.kinds import (
    ATTRIBUTE,
    BASE_ATTRIBUTE,
    BASE_METHOD,
    CLASS_ATTRIBUTE,
    PATH_ATTRIBUTE,
    SET_ATTRIBUTE,
    type_name,
)
from airflownet.judge.interpreter.lazy import made
from airflownet.judge.interpreter.open_values import has_open_attributes, loosen
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.subscripts import set_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import VIEW_TYPES
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ClassValue,
    DictValue,
    FunctionValue,
    GlobalsValue,
    Instance,
    LazyValue,
    ListValue,
    MethodValue,
    ModuleValue,
    NativeMethod,
    PythonValue,
    SetValue,
    SuperValue,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def derivable_attribute(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns an attribute of a value that may be of a class of the file."""
    cls = getattr(value, "cls", None)
    if cls is None:
        return BASE_ATTRIBUTE[type(value)](interpreter, value, name)
    found = derived_attribute(interpreter, value, name)
    if found is not MISSING:
        return found
    try:
        return base_attribute(interpreter, value, name)
    except Raised as error:
        if error.exception != "AttributeError":
            raise
        found = fallback_attribute(interpreter, value, name)
        if found is not MISSING:
            return found
        error.message = f"'{cls.name}' object has no attribute '{name}'"
        raise


def api_instance_attribute(interpreter: Interpreter, value: ApiInstance, name: str) -> Any:
    """Returns an attribute of an object of Airflow or a library."""
    if name in value.attributes:
        return value.attributes[name]
    slot = PATH_ATTRIBUTE.get(value.path)
    if slot is not None and (found := slot(interpreter, value, name)) is not MISSING:
        return found
    return interpreter.world.instance_member(value, name)


def lazy_attribute(interpreter: Interpreter, value: LazyValue, name: str) -> Any:
    """Returns a method of a generator or another iterator."""
    if not hasattr(VIEW_TYPES[value.kind], name):
        message = f"'{value.kind}' object has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)

    def unmodelled(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        made(interpreter, value)
        value.exact = False
        return UNKNOWN

    if name == "__next__":
        return NativeMethod(
            name, lambda interpreter, *_: interpreter.call(interpreter.builtin("next"), [value])
        )
    if name == "__iter__":
        return NativeMethod(name, lambda *_: value)
    if name == "close":
        return NativeMethod(name, lambda *_: _close(value))
    return NativeMethod(name, unmodelled)


def _close(value: LazyValue) -> None:
    value.source = None
    list.clear(value.taken)


def function_attribute(interpreter: Interpreter, function: FunctionValue, name: str) -> Any:
    """Returns an attribute of a function of the file."""
    if name in function.attributes:
        return function.attributes[name]
    if name == "__name__":
        return function.name
    if name == "__doc__" and not isinstance(function.node, ast.Lambda):
        return ast.get_docstring(function.node, clean=False)
    if name == "__defaults__":
        return function.defaults or None
    if name == "setter" and function.attributes.get("__role__") == "property":

        def setter(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
            function.attributes["__setter__"] = args[0] if args else UNKNOWN
            return function

        return NativeMethod(name, setter)
    if hasattr(types.FunctionType, name) or function.attributes.get("__role__") or name.startswith("__"):
        return UNKNOWN
    raise Raised("AttributeError", f"'function' object has no attribute '{name}'", "unknown-attribute", name)


def globals_method(interpreter: Interpreter, value: GlobalsValue, name: str) -> Any:
    """``globals().update(...)`` binds names; what it reads is what the module has bound so far."""
    names = value.module.names

    def update(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
        for other in args:
            if isinstance(other, DictValue):
                for key, item in other.items():
                    set_item(interpreter, value, key, item)
            if not isinstance(other, DictValue) or not other.exact:
                loosen(value)
        names.update(kwargs)

    def read(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        default = args[1] if len(args) > 1 else None
        if not args or not isinstance(args[0], str):
            return UNKNOWN
        if name == "setdefault":
            return names.setdefault(args[0], default)
        return names.get(args[0], default)

    if name == "update":
        return NativeMethod(name, update)
    if name in ("get", "setdefault"):
        return NativeMethod(name, read)
    return names.get(name, UNKNOWN)


def module_attribute(interpreter: Interpreter, module: ModuleValue, name: str) -> Any:
    """Returns ``module.name`` as Python finds it after the imports so far."""
    found = interpreter.world.attribute(module.name, name)
    if found is None and interpreter.may_be_newer(module.name):
        return UNKNOWN
    if found is None or (
        type(found) is ModuleValue
        and not interpreter.world.is_loaded(f"{module.name}.{name}", interpreter.imports)
    ):
        raise Raised(
            "AttributeError", f"module '{module.name}' has no attribute '{name}'", "unknown-attribute", name
        )
    return found


def instance_attribute(interpreter: Interpreter, instance: Instance, name: str) -> Any:
    """Returns an instance's attribute, methods bound."""
    if name in instance.attributes:
        return instance.attributes[name]
    if name == "__class__":
        return instance.cls
    found = find_in_class(instance.cls, name)
    if found is UNKNOWN and instance.plain is not None and hasattr(instance.plain, name):
        return get_attribute(interpreter, instance.plain, name)
    if found is UNKNOWN and name == "args" and is_exception(instance):
        return instance.args
    if found is UNKNOWN and (method := _library_method(instance, name)) is not None:
        return method
    is_tuple = found is UNKNOWN and is_named_tuple(instance.cls)
    if (is_tuple or found is MISSING) and (method := record_method(interpreter, instance, name)) is not None:
        return method
    if is_tuple and _lacks(instance.cls, name):
        found = MISSING
    if found is MISSING:
        if name == "__dict__":
            if type(instance.attributes) is not DictValue:
                instance.attributes = DictValue(instance.attributes)
            return instance.attributes
        special = find_in_class(instance.cls, "__getattr__")
        if isinstance(special, FunctionValue) and not name.startswith("__"):
            return interpreter.call(special, [instance, name])
        if has_open_attributes(instance):
            return UNKNOWN
        if name.startswith("__") or (special is not MISSING and not is_tuple):
            return UNKNOWN
        if instance.cls.node.decorator_list and record_fields(instance.cls) is None:
            return UNKNOWN
        raise Raised(
            "AttributeError",
            f"'{instance.cls.name}' object has no attribute '{name}'",
            "unknown-attribute",
            name,
        )
    return bind_method(interpreter, found, instance)


def _lacks(cls: ClassValue, name: str) -> bool:
    """Whether a ``NamedTuple`` has no such field, and ``tuple`` no such method."""
    fields = record_fields(cls)
    is_own = fields is not None and name not in fields and name[0] != "_" and not hasattr(tuple, name)
    return is_own and all(
        isinstance(base, ClassValue) or getattr(base, "path", "") in ("typing.NamedTuple", "typing.Generic")
        for base in mro(cls)
    )


def class_attribute(interpreter: Interpreter, cls: ClassValue, name: str) -> Any:
    """Returns ``Class.name``."""
    if name in ("__name__", "__qualname__"):
        return cls.name
    if name == "__subclasses__":
        return NativeMethod(name, lambda *_: ListValue(cls.keywords.get(name, ())))
    if name == "__mro__" and all(isinstance(part, (ClassValue, PythonValue)) for part in mro(cls)):
        return (*(p for p in mro(cls) if getattr(p, "path", "") != "object"), PythonValue("object", object))
    if name == "__annotations__":
        return DictValue((field, UNKNOWN) for field in annotated_names(cls))
    if name == "__members__":
        return DictValue(members_of(cls), exact=is_enum(cls))
    found = find_in_class(cls, name)
    if name in ("_fields", "_make", "_field_defaults") and is_named_tuple(cls):
        return tuple_class_attribute(interpreter, cls, name)
    if found is UNKNOWN and is_enum(cls) and _lacks_member(cls, name):
        raise Raised("AttributeError", f"{name} (no member of {cls.name})", "unknown-attribute", name)
    if found is MISSING:
        if name == "partial" or name.startswith("__"):
            return UNKNOWN
        if cls.keywords or cls.node.decorator_list:
            return UNKNOWN
        raise Raised(
            "AttributeError", f"type object '{cls.name}' has no attribute '{name}'", "unknown-attribute", name
        )
    if isinstance(found, FunctionValue) and found.attributes.get("__role__") == "classmethod":
        return MethodValue(found, cls)
    if found is UNKNOWN and (constructor := _library_constructor(cls, name)) is not None:
        return constructor
    if found is UNKNOWN:
        for base in mro(cls):
            slot = CLASS_ATTRIBUTE.get(type(base))
            if slot is not None and (own := slot(interpreter, cls, base, name)) is not MISSING:
                return own
    if is_enum(cls):
        return members_of(cls).get(name, found)
    return found


def _lacks_member(cls: ClassValue, name: str) -> bool:
    """Whether neither the file's classes nor Python's own bases of an enumeration have the name."""
    for base in mro(cls):
        if isinstance(base, ClassValue):
            if name in base.attributes:
                return False
        elif not isinstance(base, PythonValue) or hasattr(base.object, name):
            return False
    return not hasattr(enum.EnumMeta, name) and not cls.node.decorator_list


def super_attribute(interpreter: Interpreter, value: SuperValue, name: str) -> Any:
    """Returns ``super().name``."""
    receiver = value.receiver
    cls = receiver if isinstance(receiver, ClassValue) else class_of(receiver)
    if not isinstance(cls, ClassValue):
        return UNKNOWN
    found = find_in_class(cls, name, after=value.cls)
    if found is UNKNOWN and name == "__init__" and is_exception(receiver):
        return NativeMethod(name, lambda _i, args, _kwargs: receiver.attributes.update(args=tuple(args)))
    if found is MISSING or found is UNKNOWN:
        return _method_of_base(interpreter, value, name)
    return bind_method(interpreter, found, receiver)


def _library_method(instance: Instance, name: str) -> Any:
    base = library_base(instance.cls)
    return None if base is None else base.method(instance, name)


def _library_constructor(cls: ClassValue, name: str) -> Any:
    base = library_base(cls)
    return None if base is None else base.constructor(cls, name)


def _method_of_base(interpreter: Interpreter, value: SuperValue, name: str) -> Any:
    """What ``super().name`` gives where the base is outside the file."""
    if derived_class_of(value.receiver) is not None:
        return base_method(interpreter, value.receiver, name)
    if name == "__new__":
        return NativeMethod(name, new_object)
    slot = BASE_METHOD.get(type(value.receiver))
    if slot is not None and (found := slot(interpreter, value, name)) is not MISSING:
        return found

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return None if name == "__init__" else UNKNOWN

    return NativeMethod(name, call)


def keep_attribute(interpreter: Interpreter, value: Any, name: str, item: Any) -> None:
    """``value.name = item`` where any name may be kept."""
    value.attributes[name] = item


def _set_of_instance(interpreter: Interpreter, value: Instance, name: str, item: Any) -> None:
    found = find_in_class(value.cls, name)
    if type(found) is Instance and interpreter.has_method(found, "__set__"):
        interpreter.call_method(found, "__set__", [value, item])
        return
    if isinstance(found, FunctionValue) and "__setter__" in found.attributes:
        interpreter.call(found.attributes["__setter__"], [value, item])
        return
    if isinstance(found, FunctionValue) and found.attributes.get("__role__") == "property":
        message = f"property '{name}' of '{value.cls.name}' object has no setter"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    check_frozen(value, name)
    check_slots(mro(value.cls), name)
    value.attributes[name] = item


def _refuse_attribute(interpreter: Interpreter, value: Any, name: str, item: Any) -> None:
    """A value of a builtin type keeps no attributes, unless it is of a class of the file."""
    if derived_class_of(value) is not None:
        value.attributes[name] = item
        return
    message = f"'{type_name(value)}' object has no attribute '{name}'"
    raise Raised("AttributeError", message, "unknown-attribute", name)


def _set_of_module(interpreter: Interpreter, value: GlobalsValue, name: str, item: Any) -> None:
    value.module.names[name] = item


def delete_attribute(interpreter: Interpreter, value: Any, name: str) -> None:
    """Does ``del value.name``.

    Raises:
        Raised: an instance of the file has no such attribute of its own.
    """
    if not isinstance(value, (Instance, ClassValue, FunctionValue)):
        return
    if name in value.attributes:
        if interpreter.maybe_depth:
            value.attributes[name] = UNKNOWN
        else:
            del value.attributes[name]
    elif isinstance(value, Instance) and find_in_class(value.cls, "__delattr__") is MISSING:
        message = f"'{value.cls.name}' object has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)


ATTRIBUTE.update(
    {
        ModuleValue: module_attribute,
        ListValue: derivable_attribute,
        DictValue: derivable_attribute,
        SetValue: derivable_attribute,
        Instance: instance_attribute,
        ClassValue: class_attribute,
        FunctionValue: function_attribute,
        LazyValue: lazy_attribute,
        GlobalsValue: globals_method,
        SuperValue: super_attribute,
        ApiInstance: api_instance_attribute,
    }
)
SET_ATTRIBUTE.update(
    {
        Instance: _set_of_instance,
        ClassValue: keep_attribute,
        FunctionValue: keep_attribute,
        ApiInstance: keep_attribute,
        GlobalsValue: _set_of_module,
        **dict.fromkeys(
            (ListValue, DictValue, SetValue, str, int, bool, float, bytes, tuple, type(None)),
            _refuse_attribute,
        ),
    }
)
