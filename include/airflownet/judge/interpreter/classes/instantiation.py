"""Calling a class of the file, ``type(name, bases, attributes)``, metaclasses and ``__new__``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.calls import call_function
from airflownet.judge.interpreter.classes.derived import constructor_of
from airflownet.judge.interpreter.classes.enumerations import build_members, member_of_value
from airflownet.judge.interpreter.classes.lookup import find_in_class, is_enum, library_base, mro
from airflownet.judge.interpreter.classes.records import fill_record, record_fields
from airflownet.judge.interpreter.kinds import CALL
from airflownet.judge.interpreter.open_values import open_attributes
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    PythonValue,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def make_class(interpreter: Interpreter, name: Any, bases: Any, attributes: Any) -> Any:
    """Returns the class that ``type(name, bases, attributes)`` makes, UNKNOWN when not all is known."""
    if not isinstance(name, str) or not isinstance(bases, tuple) or not isinstance(attributes, DictValue):
        return UNKNOWN
    names = {key: item for key, item in attributes.items() if isinstance(key, str)}
    node = ast.ClassDef(name, [], [], [], [])
    cls = ClassValue(name, bases, names, node, {} if attributes.exact else {"": UNKNOWN})
    _own_methods(cls)
    if is_enum(cls):
        build_members(interpreter, cls)
    return cls


def _own_methods(cls: ClassValue) -> None:
    for item in cls.attributes.values():
        if isinstance(item, FunctionValue) and item.owner is None:
            item.owner = cls


def _metaclass_of(cls: ClassValue) -> ClassValue | None:
    metas = (part.keywords.get("metaclass") for part in mro(cls) if isinstance(part, ClassValue))
    return next((found for found in metas if isinstance(found, ClassValue)), None)


def by_metaclass(interpreter: Interpreter, cls: ClassValue) -> ClassValue:
    """Returns the class after its metaclass's ``__new__`` and ``__init__``, where the file defines them."""
    meta = _metaclass_of(cls)
    if meta is None:
        return cls
    keywords = {
        name: item for name, item in cls.keywords.items() if name.isidentifier() and name != "metaclass"
    }
    arguments = [cls.name, cls.bases, DictValue(cls.attributes)]
    new = find_in_class(meta, "__new__")
    if isinstance(new, FunctionValue):
        made = interpreter.call(new, [meta, *arguments], keywords)
        if isinstance(made, ClassValue):
            made.node, made.keywords = cls.node, cls.keywords
            for item in made.attributes.values():
                if isinstance(item, FunctionValue) and item.owner is cls:
                    item.owner = made
            cls = made
    init = find_in_class(meta, "__init__")
    if isinstance(init, FunctionValue):
        interpreter.call(init, [cls, *arguments], keywords)
    return cls


def new_object(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``object.__new__(cls)`` and ``type.__new__(metaclass, name, bases, attributes)``."""
    if len(args) >= 4 and isinstance(args[1], str):
        return make_class(interpreter, *args[1:4])
    return Instance(args[0]) if args and isinstance(args[0], ClassValue) else UNKNOWN


def created_instance(
    interpreter: Interpreter, cls: ClassValue, args: list[Any], kwargs: dict[str, Any]
) -> Any:
    """Returns what the class's own ``__new__`` gives, else a new instance."""
    new = find_in_class(cls, "__new__")
    if isinstance(new, FunctionValue):
        return interpreter.call(new, [cls, *args], kwargs)
    return Instance(cls, {}, tuple(args), dict(kwargs))


def refuse_abstract(cls: ClassValue) -> None:
    """Raises for an abstract method of the file that nothing in the method order defines before it."""
    defined: set[str] = set()
    bases: list[ClassInfo] = []
    missing = []
    for part in mro(cls):
        if not isinstance(part, (ClassValue, PythonValue)):
            definition = part.definition if isinstance(part, ApiValue) else None
            if not isinstance(definition, ClassInfo) or definition.unknown_bases:
                break
            bases.append(definition)
        for name, value in part.attributes.items() if isinstance(part, ClassValue) else ():
            is_abstract = isinstance(value, FunctionValue) and value.attributes.get("__abstract__")
            if is_abstract and name not in defined and all(base.member_kind(name) is None for base in bases):
                missing.append(name)
            defined.add(name)
    if missing:
        raise _abstract(cls, missing)


def _refuse_abstract_instance(cls: ClassValue) -> None:
    order = mro(cls)
    if type(order[-1]) is ApiValue:
        _refuse_open_methods(cls, order)
        return
    is_abstract = any(isinstance(base, PythonValue) and base.path == "abc.ABC" for base in order)
    if is_abstract and all(isinstance(part, (ClassValue, PythonValue)) for part in order):
        refuse_abstract(cls)


def _refuse_open_methods(cls: ClassValue, order: tuple[Any, ...]) -> None:
    """The same for a class whose one base from outside is Airflow's, such as ``BaseOperatorLink``."""
    definition = order[-1].definition
    is_known = isinstance(definition, ClassInfo) and not definition.unknown_bases
    if not is_known or not definition.abstract_methods:
        return
    own = order[:-1]
    if all(isinstance(part, ClassValue) and not part.keywords for part in own):
        defined = {name for part in own for name in part.attributes}
        missing = sorted(definition.abstract_methods - defined)
        if missing:
            raise _abstract(cls, missing)


def _abstract(cls: ClassValue, missing: list[str]) -> Raised:
    plural = "s" if len(missing) > 1 else ""
    listed = ", ".join(sorted(missing))
    message = f"Can't instantiate abstract class {cls.name} with abstract method{plural} {listed}"
    return Raised("TypeError", message, "wrong-type", cls.name)


def instantiate(
    interpreter: Interpreter,
    cls: ClassValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool = False,
) -> Any:
    """Returns an instance of a class of the file, its ``__init__`` run."""
    construct, base = constructor_of(interpreter, cls)
    if construct is not None:
        return construct(interpreter, cls, base, args, kwargs, is_open=is_open)
    interpreter.charge(min(8 * len(cls.attributes), limits.MAX_ITEMS))
    if is_enum(cls):
        return member_of_value(cls, args)
    _refuse_abstract_instance(cls)
    if cls.bases and getattr(cls.bases[0], "path", "") == "typing.TypedDict":
        return interpreter.call(interpreter.builtin("dict"), args, kwargs, is_open=is_open)
    instance = created_instance(interpreter, cls, args, kwargs)
    meta = _metaclass_of(cls)
    if meta is not None and type(instance) is Instance and "__call__" in meta.attributes:
        open_attributes(instance)  # what a call of the class adds is not followed
    if type(instance) is not Instance or instance.cls is not cls:
        return instance
    init = find_in_class(cls, "__init__")
    fields = None if isinstance(init, FunctionValue) else record_fields(cls)
    if fields is None and not isinstance(init, FunctionValue) and (library := library_base(cls)) is not None:
        library.fill(interpreter, instance, args, kwargs, is_open=is_open)
        return instance
    if fields is not None and not is_open:
        initial = fill_record(interpreter, instance, fields, args, kwargs)
        for name in ("__post_init__", "__attrs_post_init__"):
            if interpreter.has_method(instance, name):
                interpreter.call_method(instance, name, initial)
    elif isinstance(init, FunctionValue):
        call_function(interpreter, init, [instance, *args], kwargs, is_open=is_open)
    elif fields is not None:
        instance.attributes.update({name: item for name, item in kwargs.items() if name in fields})
        open_attributes(instance)
    return instance


CALL[ClassValue] = instantiate
