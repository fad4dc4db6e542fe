"""Instances of the file's classes: their truth, text, equality and special methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from airflownet.judge.interpreter.classes import is_enum
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.record_classes import field_options, is_named_tuple, record_fields
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ClassValue, FunctionValue, Instance, is_concrete, truth

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_EMPTY_BASES = frozenset(
    {"object", "abc.ABC", "typing.Generic", "typing.Protocol", "enum.Enum", "enum.IntEnum"}
)
"""Bases that give an instance no truth or text of its own."""


def has_plain_bases(cls: ClassValue) -> bool:
    """Whether the class derives from nothing but the file's own classes and such as add no methods."""
    from airflownet.judge.interpreter.classes import mro

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
    from airflownet.judge.interpreter.classes import mro

    for base in mro(instance.cls):
        if isinstance(base, ClassValue):
            if name in base.attributes:
                found = base.attributes[name]
                return found if isinstance(found, FunctionValue) else UNKNOWN
        elif getattr(base, "path", "") not in _EMPTY_BASES:
            return UNKNOWN
    return None


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


def text_of(interpreter: Interpreter, instance: Instance, conversion: str = "s") -> Any:
    """Returns what ``str(instance)`` gives, ``repr`` for the conversion ``r``; UNKNOWN when not known."""
    for name in ("__repr__",) if conversion == "r" else ("__str__", "__repr__"):
        method = special_method(instance, name)
        if method is not None and method is not UNKNOWN:
            text = interpreter.call(method, [instance])
            return text if isinstance(text, str) else UNKNOWN
    if is_enum(instance.cls) and "name" in instance.attributes and conversion != "r":
        return _text_of_member(instance)
    if conversion != "r" and not instance.cls.keywords:
        from airflownet.judge.interpreter.exception_values import exception_text, is_exception

        if is_exception(instance):
            return exception_text(instance)
    return _default_text(interpreter, instance)


def _default_text(interpreter: Interpreter, instance: Instance) -> Any:
    """What ``object`` makes of it: the address is not known, the rest is."""
    cls = instance.cls
    is_plain = instance.plain is None and not has_keywords(cls) and not cls.node.decorator_list
    if record_fields(cls) is not None and not is_enum(cls):
        from airflownet.judge.interpreter.record_functions import record_text

        return record_text(interpreter, instance)
    if not is_plain:
        return UNKNOWN
    if any(special_method(instance, name) is not None for name in ("__str__", "__repr__", "__format__")):
        return UNKNOWN
    return f"<{cls.name} object at 0x7f0000000000>"


def _text_of_member(member: Instance) -> Any:
    paths = {getattr(base, "path", "") for base in member.cls.bases}
    if paths & {"enum.StrEnum", "enum.IntEnum", "enum.IntFlag"}:
        return str(member.plain) if is_concrete(member.plain) else UNKNOWN
    return f"{member.cls.name}.{member.attributes['name']}" if "enum.Enum" in paths else UNKNOWN


def is_equal(interpreter: Interpreter, left: Any, right: Any) -> Any:
    """Returns ``left == right`` where one of them is an instance, UNKNOWN when not known."""
    for one, other in ((left, right), (right, left)):
        if not isinstance(one, Instance):
            continue
        method = special_method(one, "__eq__")
        if isinstance(method, FunctionValue):
            return interpreter.call(method, [one, other])
        if method is UNKNOWN and one.plain is None and not is_enum(one.cls):
            fields = record_fields(one.cls)
            if fields is None:
                return UNKNOWN
    if left is right:
        return True
    if isinstance(left, Instance) and isinstance(right, Instance) and left.cls is right.cls:
        fields = record_fields(left.cls)
        if fields is not None:
            return _same_fields(interpreter, left, right, fields)
    if right is UNKNOWN or left is UNKNOWN:
        return UNKNOWN
    return bool(left == right)


def _same_fields(interpreter: Interpreter, left: Instance, right: Instance, fields: list[str]) -> Any:
    from airflownet.judge.interpreter.operations import equal

    interpreter.charge(min(8 * len(fields), MAX_ITEMS))
    result: Any = True
    for name in fields:
        if field_options(left.cls, name).get("compare", True) is False:
            continue
        same = equal(interpreter, left.attributes.get(name, UNKNOWN), right.attributes.get(name, UNKNOWN))
        if same is False:
            return False
        if same is UNKNOWN:
            result = UNKNOWN
    return result


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
