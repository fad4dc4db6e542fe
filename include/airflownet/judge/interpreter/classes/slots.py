"""``__slots__``: an instance whose classes all have them keeps no other attributes."""

from __future__ import annotations

from typing import Any

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.values import ClassValue, ListValue


def check_slots(order: tuple[Any, ...], name: str) -> None:
    """Raises what setting an attribute raises that no ``__slots__`` of the method order names."""
    known: set[str] = set()
    for part in order:
        if not isinstance(part, ClassValue):
            if getattr(part, "path", "") not in ("object", "abc.ABC", "typing.Generic"):
                return
            continue
        slots = part.attributes.get("__slots__")
        slots = (slots,) if isinstance(slots, str) else slots
        if not isinstance(slots, (tuple, ListValue)) or "__setattr__" in part.attributes:
            return
        known.update(item for item in slots if isinstance(item, str))
    if name not in known and "__dict__" not in known:
        message = f"'{order[0].name}' object has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)
