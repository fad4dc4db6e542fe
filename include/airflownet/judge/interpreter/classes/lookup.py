"""Classes of the file: the order in which their names are looked up, and whose class a value is of."""

from __future__ import annotations

from typing import Any

from airflownet.judge.interpreter.kinds import DERIVABLE, LIBRARY_BASES, OWN_CLASS, LibraryBase
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiValue, ClassValue, FunctionValue, PythonValue


def mro(cls: ClassValue) -> tuple[Any, ...]:
    """Returns the class and its bases in lookup order (depth first, later repeats win)."""
    if cls.mro_cache is None:
        found: list[Any] = []
        for base in cls.bases:
            found.extend(mro(base) if isinstance(base, ClassValue) else (base,))
        last = {id(base): index for index, base in enumerate(found)}
        cls.mro_cache = (cls, *(base for index, base in enumerate(found) if last[id(base)] == index))
    return cls.mro_cache


def find_in_class(cls: ClassValue, name: str, after: ClassValue | None = None) -> Any:
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


def is_enum(cls: ClassValue) -> bool:
    """Whether the class is an enumeration."""
    return any(getattr(base, "path", "").startswith("enum.") for base in mro(cls))


def derived_class_of(value: Any) -> ClassValue | None:
    """Returns the file's class of a DAG, group or container, None for one of the base itself."""
    found: ClassValue | None = getattr(value, "cls", None) if type(value) in DERIVABLE else None
    return found


def class_of(value: Any) -> Any:
    """Returns the class of the file that the value is of, None for any other value."""
    slot = OWN_CLASS.get(type(value))
    return derived_class_of(value) if slot is None else slot(value)


def library_base(cls: ClassValue, depth: int = 10) -> LibraryBase | None:
    """Returns the class of a library that gives the class's instances fields or methods."""
    for base in cls.bases:
        if isinstance(base, ApiValue) and base.path in LIBRARY_BASES:
            return LIBRARY_BASES[base.path]
        if isinstance(base, ClassValue) and depth > 0 and (found := library_base(base, depth - 1)):
            return found
    return None


def method_of(value: Any, name: str) -> FunctionValue | None:
    """Returns the file's own method of that name of such a value, None when the base's holds."""
    cls = derived_class_of(value)
    for part in () if cls is None else mro(cls):
        if isinstance(part, ClassValue) and isinstance(part.attributes.get(name), FunctionValue):
            found: FunctionValue = part.attributes[name]
            return found
    return None
