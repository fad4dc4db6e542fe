"""Classes of the file: where their names are looked up, and what an instance makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.kinds import (
    DERIVABLE,
    LIBRARY_BASES,
    OWN_CLASS,
    PLAIN_FUNCTIONS,
    LibraryBase,
)
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiValue,
    ClassValue,
    FunctionValue,
    Instance,
    ListValue,
    MethodValue,
    PythonValue,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def mro(cls: ClassValue) -> tuple[Any, ...]:
    """Returns the class and its bases in lookup order (depth first, later repeats win)."""
    if cls.mro_cache is None:
        found: list[Any] = []
        for base in cls.bases:
            found.extend(mro(base) if isinstance(base, ClassValue) else (base,))
        last = {id(base): index for index, base in enumerate(found)}
        cls.mro_cache = (cls, *(base for index, base in enumerate(found) if last[id(base)] == index))
    return cls.mro_cache


def check_bases(cls: ClassValue) -> None:
    """Raises TypeError for bases that no order of look-up (C3) fits, as far as their own bases are known."""
    bases = [base for base in cls.bases if not getattr(base, "path", "").startswith("typing")]
    if len(bases) < 2:
        return
    orders = [_order_of(base) for base in bases]
    own = [order[0] for order in orders]
    if len(set(own)) < len(own):
        name = _shown_base(bases[own.index(max(own, key=own.count))])
        raise Raised("TypeError", f"duplicate base class {name}", "wrong-type", cls.name)
    pending = [order for order in (*orders, own) if order]
    while pending:
        heads = (order[0] for order in pending)
        best = next((head for head in heads if not any(head in order[1:] for order in pending)), None)
        if best is None:
            names = ", ".join(map(_shown_base, bases))
            message = f"Cannot create a consistent method resolution order (MRO) for bases {names}"
            raise Raised("TypeError", message, "wrong-type", cls.name)
        pending = [rest for order in pending if (rest := order[1:] if order[0] == best else order)]


def _order_of(base: Any) -> list[Any]:
    """Names of a class and its bases; of a class that is not known, itself alone."""
    if isinstance(base, ClassValue):
        found: list[Any] = []
        for part in mro(base)[1:]:
            if not getattr(part, "path", "").startswith("typing"):
                found += [part] if isinstance(part, ClassValue) else _order_of(part)
        return [base, *(name for at, name in enumerate(found) if name not in found[at + 1 :])]
    paths = getattr(getattr(base, "definition", None), "mro", None)
    if isinstance(paths, tuple):
        return list(paths)
    if isinstance(base, PythonValue) and isinstance(base.object, type):
        return [f"{part.__module__}.{part.__qualname__}" for part in base.object.__mro__[:-1]] or ["object"]
    return [id(base)]


def _shown_base(base: Any) -> str:
    return base.name if isinstance(base, ClassValue) else str(getattr(base, "path", "?")).rpartition(".")[2]


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


def bind_method(interpreter: Interpreter, found: Any, instance: Any) -> Any:
    """Returns a class attribute as seen from an instance."""
    if type(found) is Instance and interpreter.has_method(found, "__get__"):
        return interpreter.call_method(found, "__get__", [instance, UNKNOWN])
    if type(found) in PLAIN_FUNCTIONS:
        return MethodValue(found, instance)
    if not isinstance(found, FunctionValue):
        return found
    role = found.attributes.get("__role__", "method")
    if role == "staticmethod":
        return found
    if role == "classmethod":
        owner = instance.cls if isinstance(instance, Instance) else derived_class_of(instance)
        return MethodValue(found, instance if owner is None else owner)
    if role == "property":
        value = interpreter.call(found, [instance])
        if type(instance) is Instance and "__cached__" in found.attributes:
            instance.attributes[found.name] = value
        return value
    if role != "method":
        return UNKNOWN
    return MethodValue(found, instance)


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
