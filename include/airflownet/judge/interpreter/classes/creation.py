"""Classes and instances made by calls: ``type(name, bases, attributes)``, metaclasses and ``__new__``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.enumerations import build_members
from airflownet.judge.interpreter.classes.lookup import find_in_class, is_enum, mro
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ClassValue, DictValue, FunctionValue, Instance

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


def by_metaclass(interpreter: Interpreter, cls: ClassValue) -> ClassValue:
    """Returns the class after its metaclass's ``__new__`` and ``__init__``, where the file defines them."""
    metas = (part.keywords.get("metaclass") for part in mro(cls) if isinstance(part, ClassValue))
    meta = next((found for found in metas if isinstance(found, ClassValue)), None)
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
