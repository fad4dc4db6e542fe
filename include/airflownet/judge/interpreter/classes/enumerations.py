"""Members of the file's enumerations: made once, told apart by identity, found by name and by value."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ClassValue,
    FunctionValue,
    Instance,
    MethodValue,
    NativeMethod,
    PythonValue,
    is_concrete,
    is_exact,
    is_key,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_MEMBERS = "__members_of_enumeration__"
_PLAIN_BASES = {
    "str": str, "enum.StrEnum": str, "int": int, "enum.IntEnum": int, "enum.IntFlag": int, "float": float,
}  # fmt: skip


def build_members(interpreter: Interpreter, cls: ClassValue) -> None:
    """Makes the members of an enumeration from the names of its body, aliases included."""
    ignored = cls.attributes.get("_ignore_", ())
    members: dict[str, Instance] = {}
    by_value: dict[Any, Instance] = {}
    for name, value in cls.attributes.items():
        if name.startswith("_") or name in ignored or _is_method(value):
            continue
        is_known = is_concrete(value) or (type(value) is tuple and is_exact(value) and is_key(value))
        member = by_value.get(value) if is_known else None
        if member is None:
            member = Instance(cls, {"value": value, "name": name}, plain=_plain(cls, value))
            if is_known:
                by_value[value] = member
        members[name] = member
    cls.keywords[_MEMBERS] = members
    init = cls.attributes.get("__init__")
    if isinstance(init, FunctionValue):
        for member in {id(member): member for member in members.values()}.values():
            value = member.attributes["value"]
            interpreter.call(init, [member, *(value if isinstance(value, tuple) else (value,))])


def _is_method(value: Any) -> bool:
    return isinstance(value, (FunctionValue, MethodValue, NativeMethod)) or (
        isinstance(value, ClassValue) or getattr(value, "path", "") in ("property", "enum.nonmember")
    )


def _plain(cls: ClassValue, value: Any) -> Any:
    """The text or number that the member is, when the enumeration mixes in ``str`` or ``int``."""
    for base in mro(cls):
        kind = _PLAIN_BASES.get(getattr(base, "path", ""))
        if kind is not None:
            return value if isinstance(value, kind) else None
    return None


def members_of(cls: ClassValue) -> dict[str, Instance]:
    """Returns name -> member; an alias has the member it stands for."""
    members: dict[str, Instance] = cls.keywords.get(_MEMBERS, {})
    return members


def distinct_members(cls: ClassValue) -> list[Any]:
    """Returns the members in order, aliases left out."""
    return [member for name, member in members_of(cls).items() if member.attributes["name"] == name]


def member_of_value(cls: ClassValue, args: list[Any]) -> Any:
    """Returns ``SomeEnum(value)``.

    Raises:
        Raised: no member has the value.
    """
    wanted = args[0] if args else UNKNOWN
    members = distinct_members(cls)
    for member in members:
        value = member.attributes["value"]
        if member is wanted or (is_concrete(value) and is_concrete(wanted) and value == wanted):
            return member
        are_tuples = type(value) is tuple and type(wanted) is tuple and is_key(value) and is_key(wanted)
        if are_tuples and is_exact(value) and is_exact(wanted) and value == wanted:
            return member
    values = [member.attributes["value"] for member in members]
    is_known = all(map(is_concrete, values)) and "_missing_" not in cls.attributes
    if len(args) == 1 and is_concrete(wanted) and values and is_known:
        raise Raised("ValueError", f"{wanted!r} is not a valid {cls.name}", "bad-value", str(wanted))
    return UNKNOWN


def member_of_name(cls: ClassValue, name: Any) -> Any:
    """Returns ``SomeEnum["NAME"]``.

    Raises:
        Raised: no member has the name.
    """
    if not isinstance(name, str):
        return UNKNOWN
    members = members_of(cls)
    if name not in members:
        raise Raised("KeyError", repr(name), "bad-value", name)
    return members[name]


def enumeration_of(name: str, names: Any) -> Any:
    """Returns the class that ``Enum("Name", ["A", "B"])`` makes, UNKNOWN when the names are not known."""
    import ast

    values: dict[Any, Any]
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    if isinstance(names, dict):
        values = dict(names)
    elif isinstance(names, (list, tuple)) and all(isinstance(item, str) for item in names):
        values = {item: index for index, item in enumerate(names, 1)}
    else:
        return UNKNOWN
    return ClassValue(name, (PythonValue("enum.Enum", None),), values, ast.ClassDef(name, [], [], [], []))


def number_members(cls: ClassValue) -> None:
    """Gives each ``auto()`` of an enumeration its value: the last number and one more, or the name."""
    paths = [getattr(base, "path", "") for base in cls.bases]
    last = 0
    if any(path in ("enum.Flag", "enum.IntFlag") for path in paths):
        _number_flags(cls)
        return
    for name, value in cls.attributes.items():
        if isinstance(value, ApiInstance) and value.path == "enum.auto":
            is_text = "enum.StrEnum" in paths
            is_plain = any(path in ("enum.Enum", "enum.IntEnum") for path in paths)
            last += 1
            cls.attributes[name] = name.lower() if is_text else last if is_plain else UNKNOWN
        elif type(value) is int and not name.startswith("_"):
            last = max(last, value)


def _number_flags(cls: ClassValue) -> None:
    """``auto()`` of a flag is the next power of two."""
    last = 0
    for name, value in cls.attributes.items():
        if isinstance(value, ApiInstance) and value.path == "enum.auto":
            last = 1 << last.bit_length()
            cls.attributes[name] = last
        elif type(value) is int and not name.startswith("_"):
            last = max(last, value)


_FLAGS: Final = frozenset({"enum.Flag", "enum.IntFlag"})
_OPERATIONS: Final[dict[type[ast.operator], Any]] = {
    ast.BitOr: operator.or_, ast.BitAnd: operator.and_, ast.BitXor: operator.xor,
}  # fmt: skip


def is_flag(value: Any) -> bool:
    """Whether the value is a member of a flag of the file."""
    return type(value) is Instance and is_flag_class(value.cls)


def is_flag_class(cls: ClassValue) -> bool:
    """Whether the class derives from ``Flag`` or ``IntFlag``."""
    return any(getattr(base, "path", "") in _FLAGS for base in cls.bases)


def combined_flags(kind: type[ast.operator], left: Instance, right: Instance) -> Any:
    """Returns ``left | right`` and the like."""
    one, other = left.attributes.get("value"), right.attributes.get("value")
    if kind not in _OPERATIONS or type(one) is not int or type(other) is not int or left.cls is not right.cls:
        return UNKNOWN
    value = _OPERATIONS[kind](one, other)
    for member in distinct_members(left.cls):
        if member.attributes["value"] == value:
            return member
    plain = None if left.plain is None else value
    return Instance(left.cls, {"value": value, "name": UNKNOWN}, plain=plain)


def holds_flag(flags: Instance, item: Any) -> bool | None:
    """Returns ``item in flags``."""
    whole = flags.attributes.get("value")
    part = item.attributes.get("value") if is_flag(item) and item.cls is flags.cls else None
    return (whole & part) == part if type(whole) is int and type(part) is int else None
