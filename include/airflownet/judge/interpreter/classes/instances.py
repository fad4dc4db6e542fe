"""Instances of the file's classes: their truth, text, equality and special methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.classes.records import HASHED, is_named_tuple, record_fields
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import TRUTH, ClassValue, FunctionValue, Instance, truth

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_EMPTY_BASES = frozenset(
    {"object", "abc.ABC", "typing.Generic", "typing.Protocol", "enum.Enum", "enum.IntEnum"}
)
"""Bases that give an instance no truth or text of its own."""


def has_plain_bases(cls: ClassValue) -> bool:
    """Whether the class derives from nothing but the file's own classes and such as add no methods."""
    if is_named_tuple(cls) or has_keywords(cls):
        return False
    return all(isinstance(base, ClassValue) or getattr(base, "path", "") in _EMPTY_BASES for base in mro(cls))


def is_plain_object(value: Any) -> TypeGuard[Instance]:
    """Whether it is an object of the file's own class and nothing else: no text, container or Airflow's."""
    return type(value) is Instance and value.plain is None and has_plain_bases(value.cls)


def object_text(value: Instance) -> str:
    """Returns a short text that shows an object: ``Freq.DAILY`` for a member, else its class."""
    name = value.attributes.get("name") if set(value.attributes) == {"name", "value"} else None
    return f"{value.cls.name}.{name}" if isinstance(name, str) and len(name) < 60 else value.cls.name


def has_keywords(cls: ClassValue) -> bool:
    """Whether the class is made with a metaclass or another keyword; marks of the judge's own aside."""
    return any(not name.startswith("__") for name in cls.keywords)


def special_method(instance: Instance, name: str) -> Any:
    """Returns the file's own method of that name, None for Python's default, UNKNOWN for a base's."""
    for base in mro(instance.cls):
        if isinstance(base, ClassValue):
            if name in base.attributes:
                found = base.attributes[name]
                return found if isinstance(found, FunctionValue) else UNKNOWN
        elif getattr(base, "path", "") not in _EMPTY_BASES:
            return UNKNOWN
    return None


def is_unhashable(instance: Instance) -> bool:
    """Whether the class certainly gives its instances no hash: it has ``__eq__`` and no ``__hash__``."""
    if is_named_tuple(instance.cls):  # the tuple's hash is put among its names before the class is made
        return False
    for base in mro(instance.cls):
        if not isinstance(base, ClassValue):
            if getattr(base, "path", "") not in _EMPTY_BASES:
                return False
        elif "__hash__" in base.attributes:
            return base.attributes["__hash__"] is None
        elif HASHED in base.keywords:
            return not base.keywords[HASHED]
        elif "__eq__" in base.attributes:
            return isinstance(base.attributes["__eq__"], FunctionValue) and not base.node.decorator_list
        elif base.node.decorator_list or has_keywords(base):
            return False
    return False


def truth_of(instance: Instance) -> bool | None:
    """Returns what ``bool(instance)`` is, None when one of its methods would tell."""
    if instance.plain is not None:
        return truth(instance.plain)
    if instance.cls.bases and getattr(instance.cls.bases[-1], "path", "") == "enum.Flag":
        return truth(instance.attributes.get("value", UNKNOWN))
    if is_named_tuple(instance.cls):
        return bool(record_fields(instance.cls))
    methods = (special_method(instance, name) for name in ("__bool__", "__len__"))
    return True if all(method is None for method in methods) else None


def length_of_instance(interpreter: Interpreter, value: Instance) -> Any:
    """Returns what ``len(instance)`` gives.

    Raises:
        Raised: the class has no ``__len__``.
    """
    if is_named_tuple(value.cls):
        return len(record_fields(value.cls) or ())
    if isinstance(value.plain, str):
        return len(value.plain)
    method = special_method(value, "__len__")
    if isinstance(method, FunctionValue):
        return interpreter.call(method, [value])
    if method is None:
        message = f"object of type '{value.cls.name}' has no len()"
        raise Raised("TypeError", message, "wrong-type", value.cls.name)
    return UNKNOWN


def plain_of(value: Any) -> Any:
    """Returns the text or number that a member of a ``str`` or ``int`` enumeration also is."""
    if type(value) is Instance and value.plain is not None:
        return value.plain
    return value


TRUTH[Instance] = truth_of
