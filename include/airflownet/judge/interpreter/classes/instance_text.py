"""What ``str`` and ``repr`` make of an instance of the file's classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.instances import has_keywords, special_method
from airflownet.judge.interpreter.classes.lookup import is_enum
from airflownet.judge.interpreter.classes.record_methods import record_text
from airflownet.judge.interpreter.classes.records import record_fields
from airflownet.judge.interpreter.conversion import to_python
from airflownet.judge.interpreter.exception_values import is_exception
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import Instance, is_concrete, is_exact

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def text_of(interpreter: Interpreter, instance: Instance, conversion: str = "s") -> Any:
    """Returns what ``str(instance)`` gives, ``repr`` for the conversion ``r``; UNKNOWN when not known."""
    for name in ("__repr__",) if conversion == "r" else ("__str__", "__repr__"):
        method = special_method(instance, name)
        if method is not None and method is not UNKNOWN:
            text = interpreter.call(method, [instance])
            return text if isinstance(text, str) else UNKNOWN
    if is_enum(instance.cls) and "name" in instance.attributes and conversion != "r":
        return _text_of_member(instance)
    if conversion != "r" and not instance.cls.keywords and is_exception(instance):
        return exception_text(instance)
    return _default_text(interpreter, instance)


def _default_text(interpreter: Interpreter, instance: Instance) -> Any:
    """What ``object`` makes of it: the address is not known, the rest is."""
    cls = instance.cls
    is_plain = instance.plain is None and not has_keywords(cls) and not cls.node.decorator_list
    if record_fields(cls) is not None and not is_enum(cls):
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


def exception_text(value: Instance) -> Any:
    """Returns ``str(error)`` for a class of the file that has no ``__str__``, UNKNOWN when not known."""
    args = value.attributes.get("args", value.args)
    if not isinstance(args, tuple) or not is_exact(args):
        return UNKNOWN
    return str(Exception(*map(to_python, args)))
