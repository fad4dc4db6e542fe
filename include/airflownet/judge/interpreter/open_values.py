"""Values that may hold more than the file shows: what unknown code was given, what a ``try`` may have kept.

Where a value comes from elsewhere, nothing that it may hold is missing: no key, no attribute, no argument.
"""

from __future__ import annotations

from typing import Any

from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import DictValue, GlobalsValue, Instance, ListValue, SetValue

_DEEPEST = 3


def loosen(value: Any, depth: int = 0) -> None:
    """Notes that code which is not known was given the value and may have changed it in place."""
    kind = type(value)
    if kind is DictValue or kind is ListValue or kind is SetValue:
        value.exact = False
        if depth < _DEEPEST and len(value) <= 100:
            for item in value.values() if kind is DictValue else value:
                loosen(item, depth + 1)
    elif kind is Instance:
        open_attributes(value)
    elif kind is GlobalsValue:
        value.module.star_is_unknown = True


def open_attributes(instance: Instance) -> None:
    """Notes that the instance may have attributes that the file does not name."""
    if type(instance.attributes) is not DictValue:
        instance.attributes = DictValue(instance.attributes)
    instance.attributes.exact = False


def has_open_attributes(instance: Instance) -> bool:
    """Whether an attribute that was never seen may be there."""
    return type(instance.attributes) is DictValue and not instance.attributes.exact


def either(value: Any) -> Any:
    """Returns what stands for the value or one that is not known: nothing is lacking in it."""
    if value is None:
        return UNKNOWN
    if type(value) in (ListValue, DictValue, SetValue):
        value.exact = False
    return value
