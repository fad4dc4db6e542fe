"""Members of the file's ``enum.Flag`` classes: combined with ``|``, ``&`` and ``^``, asked with ``in``."""

from __future__ import annotations

import ast
import operator
from typing import Any, Final

from airflownet.judge.interpreter.enumerations import distinct_members
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ClassValue, Instance

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
