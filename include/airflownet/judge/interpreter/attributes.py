"""Reading and writing attributes, one function per kind of value."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import enum
import os
import types
from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.assignment import check_assignment
from airflownet.judge.airflow.attributes import AIRFLOW_ATTRIBUTES
from airflownet.judge.airflow.configuration import CONFIGURATION, configuration_attribute
from airflownet.judge.airflow.objects import (
    DagFactory,
    DagValue,
    GroupValue,
    TaskDecoratorValue,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.airflow.project_decorators import project_decorators
from airflownet.judge.airflow.roles import role_of
from airflownet.judge.interpreter.base_calls import explicit_init
from airflownet.judge.interpreter.container_methods import container_method
from airflownet.judge.interpreter.derived import DERIVABLE, class_of, derived_attribute, fallback_attribute
from airflownet.judge.interpreter.enumerations import members_of
from airflownet.judge.interpreter.exception_values import is_exception
from airflownet.judge.interpreter.local_modules import LocalModule, local_attribute
from airflownet.judge.interpreter.open_values import has_open_attributes, loosen
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.record_classes import annotated_names, is_named_tuple, record_fields
from airflownet.judge.interpreter.record_functions import check_frozen, record_method, tuple_class_attribute
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.slots import check_slots
from airflownet.judge.interpreter.standard_objects import object_attribute, set_object_attribute
from airflownet.judge.interpreter.subscripts import set_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    GlobalsValue,
    Instance,
    ListValue,
    MethodValue,
    ModuleValue,
    NativeMethod,
    PythonValue,
    SetValue,
    StandardObject,
    SuperValue,
    is_concrete,
)
from airflownet.judge.libraries.dispatch import DispatchValue, dispatch_attribute
from airflownet.judge.libraries.model_classes import model_constructor, model_method
from airflownet.judge.libraries.pendulum_values import PENDULUM, moment_attribute
from airflownet.judge.libraries.python_calls import scalar_attribute
from airflownet.judge.libraries.typed_results import require_member

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def get_attribute(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns ``value.name``.

    Raises:
        Raised: AttributeError, when certain.
    """
    kind = type(value)
    if kind is ModuleValue:
        return module_attribute(interpreter, value, name)
    if kind is ApiValue:
        return _member(interpreter, value, name)
    if kind is LocalModule:
        found = local_attribute(interpreter, value, name)
        if found is MISSING:
            raise Raised(
                "AttributeError",
                f"module '{value.name}' has no attribute '{name}'",
                "unknown-attribute",
                name,
            )
        return found
    if kind in DERIVABLE and (cls := getattr(value, "cls", None)) is not None:
        found = derived_attribute(interpreter, value, name)
        if found is not MISSING:
            return found
        return _attribute_or_fallback(interpreter, value, cls, name)
    if kind in (ListValue, DictValue, SetValue):
        return container_method(value, name)
    if is_concrete(value) or kind is PythonValue:
        return scalar_attribute(value, name)
    if kind is Instance:
        return instance_attribute(interpreter, value, name)
    if kind is ClassValue:
        return class_attribute(interpreter, value, name)
    if kind is FunctionValue:
        return _function_attribute(value, name)
    if kind is GlobalsValue:
        return _globals_method(value, name)
    if kind is SuperValue:
        return super_attribute(interpreter, value, name)
    if kind is ApiInstance:
        if name in value.attributes:
            return value.attributes[name]
        if value.path == "os.environ" and not hasattr(os.environ, name):
            message = f"'_Environ' object has no attribute '{name}'"
            raise Raised("AttributeError", message, "unknown-attribute", name)
        if value.path == "types.SimpleNamespace":
            return _namespace_attribute(value, name)
        if value.path == CONFIGURATION:
            return configuration_attribute(interpreter, name)
        if value.path in PENDULUM and (found := moment_attribute(value, name)) is not MISSING:
            return found
        require_member(value, name)
        return interpreter.world.instance_member(value, name)
    if kind is StandardObject:
        return object_attribute(value, name)
    if kind is DispatchValue:
        return dispatch_attribute(interpreter, value, name)
    handler = AIRFLOW_ATTRIBUTES.get(kind)
    return handler(interpreter, value, name) if handler is not None else UNKNOWN


def base_attribute(interpreter: Interpreter, value: Any, name: str) -> Any:
    """Returns an attribute of a DAG, group or container as its base has it."""
    if isinstance(value, (ListValue, DictValue, SetValue)):
        return container_method(value, name)
    handler = AIRFLOW_ATTRIBUTES.get(type(value))
    return handler(interpreter, value, name) if handler is not None else UNKNOWN


def _attribute_or_fallback(interpreter: Interpreter, value: Any, cls: ClassValue, name: str) -> Any:
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


def _namespace_attribute(value: ApiInstance, name: str) -> Any:
    if name == "__dict__":
        return DictValue(value.attributes)
    if name.startswith("__"):
        return UNKNOWN
    message = f"'types.SimpleNamespace' object has no attribute '{name}'"
    raise Raised("AttributeError", message, "unknown-attribute", name)


def _function_attribute(function: FunctionValue, name: str) -> Any:
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


def _globals_method(value: GlobalsValue, name: str) -> Any:
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


def _member(interpreter: Interpreter, value: ApiValue, name: str) -> Any:
    """A project that is given as roots may bring a provider with task decorators of its own."""
    if name == "__init__":
        return explicit_init(value)
    if name == "multi" and role_of(value.path) == "asset":
        return ApiValue(f"{value.path}.multi", None, f"{value.path}.multi")
    try:
        return interpreter.world.member(value, name)
    except Raised:
        is_task = role_of(interpreter.world.canonical(value)) == "task"
        if is_task and interpreter.roots and name in project_decorators(tuple(interpreter.roots)):
            return TaskDecoratorValue(f"@task.{name}", value.path.rpartition(".")[0])
        raise


_NOT_LOADED = frozenset({"operators", "sensors", "hooks"})
"""Packages of shims that Airflow 3 itself never imports: no attributes of ``airflow`` until a file does."""


def module_attribute(interpreter: Interpreter, module: ModuleValue, name: str) -> Any:
    """Returns ``module.name`` as Python finds it after the imports so far."""
    found = interpreter.world.attribute(module.name, name)
    if module.name == "airflow" and name in _NOT_LOADED and type(found) is ModuleValue:
        prefix = f"airflow.{name}"
        is_imported = any(path.startswith(prefix) for path in interpreter.imports)
        if not is_imported and interpreter.world.line.startswith("3"):
            found = None
    if found is None:
        raise Raised(
            "AttributeError", f"module '{module.name}' has no attribute '{name}'", "unknown-attribute", name
        )
    return found


def mro(cls: ClassValue) -> tuple[Any, ...]:
    """Returns the class and its bases in lookup order (depth first, later repeats win)."""
    if cls.mro_cache is None:
        found: list[Any] = []
        for base in cls.bases:
            found.extend(mro(base) if isinstance(base, ClassValue) else (base,))
        last = {id(base): index for index, base in enumerate(found)}
        cls.mro_cache = (cls, *(base for index, base in enumerate(found) if last[id(base)] == index))
    return cls.mro_cache


def find_in_class(
    interpreter: Interpreter, cls: ClassValue, name: str, after: ClassValue | None = None
) -> Any:
    """Returns the class attribute; UNKNOWN when a base from outside may have it, else MISSING."""
    order = mro(cls)
    start = order.index(after) + 1 if after is not None and after in order else 0
    for base in order[start:]:
        if isinstance(base, ClassValue):
            if name in base.attributes:
                return base.attributes[name]
        elif not (isinstance(base, PythonValue) and base.object is object):
            return UNKNOWN
    return MISSING


def instance_attribute(interpreter: Interpreter, instance: Instance, name: str) -> Any:
    """Returns an instance's attribute, methods bound."""
    if name in instance.attributes:
        return instance.attributes[name]
    if name == "__class__":
        return instance.cls
    found = find_in_class(interpreter, instance.cls, name)
    if found is UNKNOWN and instance.plain is not None and hasattr(instance.plain, name):
        return get_attribute(interpreter, instance.plain, name)
    if found is UNKNOWN and name == "args" and is_exception(instance):
        return instance.args
    if found is UNKNOWN and (method := model_method(interpreter, instance, name)) is not None:
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
        special = find_in_class(interpreter, instance.cls, "__getattr__")
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


def bind_method(interpreter: Interpreter, found: Any, instance: Any) -> Any:
    """Returns a class attribute as seen from an instance."""
    if type(found) is Instance and interpreter.has_method(found, "__get__"):
        return interpreter.call_method(found, "__get__", [instance, UNKNOWN])
    if type(found) is DagFactory:
        return MethodValue(found, instance)  # ``@dag`` gives back a plain function
    if not isinstance(found, FunctionValue):
        return found
    role = found.attributes.get("__role__", "method")
    if role == "staticmethod":
        return found
    if role == "classmethod":
        owner = class_of(instance)
        if owner is None:
            owner = instance.cls if isinstance(instance, Instance) else instance
        return MethodValue(found, owner)
    if role == "property":
        return interpreter.call(found, [instance])
    if role != "method":
        return UNKNOWN
    return MethodValue(found, instance)


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
        return DictValue(members_of(cls), exact=interpreter.is_enum(cls))
    found = find_in_class(interpreter, cls, name)
    if name in ("_fields", "_make", "_field_defaults") and is_named_tuple(cls):
        return tuple_class_attribute(interpreter, cls, name)
    if found is UNKNOWN and interpreter.is_enum(cls) and _lacks_member(cls, name):
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
    if found is UNKNOWN and (constructor := model_constructor(cls, name)) is not None:
        return constructor
    if found is UNKNOWN:
        from airflownet.judge.airflow.operators import operator_base, partial_method

        if name == "partial" and operator_base(interpreter, cls) is not None:
            return partial_method(cls)
    if interpreter.is_enum(cls):
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
    cls = receiver.cls if isinstance(receiver, Instance) else receiver
    if isinstance(receiver, TaskValue):
        cls = receiver.definition
    elif isinstance(receiver, DERIVABLE):
        cls = class_of(receiver)
    if not isinstance(cls, ClassValue):
        return UNKNOWN
    found = find_in_class(interpreter, cls, name, after=value.cls)
    if found is UNKNOWN and name == "__init__" and is_exception(receiver):
        return NativeMethod(name, lambda _i, args, _kwargs: receiver.attributes.update(args=tuple(args)))
    if found is MISSING or found is UNKNOWN:
        return interpreter.base_method(value, name)
    return bind_method(interpreter, found, receiver)


_OF_AIRFLOW = frozenset({DagValue, TaskValue, XComArgValue})
_HOLDERS = (Instance, FunctionValue, ClassValue, ApiInstance, DagValue, TaskValue, GroupValue)
"""Kinds of values that keep attributes of any name."""


def set_attribute(interpreter: Interpreter, value: Any, name: str, item: Any) -> None:
    """Does ``value.name = item``."""
    if isinstance(value, Instance):
        found = find_in_class(interpreter, value.cls, name)
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
    if type(value) in _OF_AIRFLOW:
        check_assignment(interpreter, value, name, item)
    if isinstance(value, _HOLDERS) or class_of(value) is not None:
        value.attributes[name] = item
    elif isinstance(value, (str, int, float, bytes, tuple, ListValue, DictValue, SetValue, type(None))):
        names: dict[type, str] = {ListValue: "list", DictValue: "dict", SetValue: "set"}
        kind = names.get(type(value), type(value).__name__)
        raise Raised(
            "AttributeError", f"'{kind}' object has no attribute '{name}'", "unknown-attribute", name
        )
    if isinstance(value, GlobalsValue):
        value.module.names[name] = item
    if isinstance(value, StandardObject):
        set_object_attribute(value, name, item)
    if isinstance(value, TaskValue) and name == "dag" and isinstance(item, DagValue) and value.dag is None:
        interpreter.add_to_dag(value, item, None)
    if isinstance(value, DagValue) and name in ("doc_md", "description"):
        value.arguments[name] = item
    if isinstance(value, TaskValue) and name == "doc_md":
        value.arguments[name] = item


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
    elif isinstance(value, Instance) and find_in_class(interpreter, value.cls, "__delattr__") is MISSING:
        message = f"'{value.cls.name}' object has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)
