"""Members of a class over its MRO, searched one by one when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from airflownet.judge.catalogue.decode import Record, attribute, function
from airflownet.judge.catalogue.members import Attribute, FunctionInfo
from airflownet.judge.catalogue.outside import outside_class
from airflownet.judge.catalogue.remembered import remembered

Order = Sequence[tuple[str, Record | None]]
"""The classes of an MRO without ``object``: path and record, None for a class from outside."""
MethodsOf = Callable[[str], Record]
"""Class path -> the methods the class itself defines: name -> record."""
NOTHING: Record = {}
_OUTSIDE_METHOD: Record = {"a": 1, "k": 1, "r": "m"}


class Methods(Mapping[str, FunctionInfo]):
    """Methods and properties by name; the first class of the MRO that has the name decides."""

    def __init__(self, order: Order, methods_of: MethodsOf) -> None:
        self._order = order
        self._methods_of = methods_of

    def find(self, name: str) -> tuple[str, Record] | None:
        """Returns the class that brings the method, and the method's record; None when there is none."""
        for path, record in self._order:
            if record is None:
                if name in outside_members(path)[0]:
                    return path, _OUTSIDE_METHOD
            elif f" {name} " in record.get("m", ""):
                return path, self._methods_of(path)[name]
            elif name in record.get("a", NOTHING):
                return None
        return None

    def __getitem__(self, name: str) -> FunctionInfo:
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return function(f"{found[0]}.{name}", found[1])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.find(name) is not None

    @remembered
    def _names(self) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for path, record in reversed(self._order):
            names.update(dict.fromkeys(outside_members(path)[0] if record is None else method_names(record)))
        return tuple([name for name in names if name in self])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Attributes(Mapping[str, Attribute]):
    """Attributes by name: of the class body, and of ``self`` where no class body has them."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def get_or_none(self, name: str) -> Attribute | None:
        """Returns the attribute, None when there is none."""
        is_set_on_self = False
        for path, record in self._order:
            if record is None:
                is_set_on_self |= name in outside_members(path)[1]
                continue
            if f" {name} " in record.get("m", ""):
                break
            entry = record.get("a", NOTHING).get(name)
            if entry is not None:
                return attribute(entry)
            is_set_on_self |= f" {name} " in record.get("s", "")
        return Attribute(None) if is_set_on_self else None

    def __getitem__(self, name: str) -> Attribute:
        found = self.get_or_none(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get_or_none(name) is not None

    @remembered
    def _names(self) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for path, record in reversed(self._order):
            known = (
                outside_members(path)[1]
                if record is None
                else (*record.get("s", "").split(), *record.get("a", ()))
            )
            names.update(dict.fromkeys(known))
        return tuple([name for name in names if name in self])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def enum_members(record: Record) -> dict[str, Attribute]:
    """Returns the members an enum class itself defines, in order."""
    return {
        name: attribute(entry)
        for name, entry in record.get("a", NOTHING).items()
        if not name.startswith("_") and (type(entry) is str or entry[0] is not None)
    }


def abstract_methods(order: Order) -> frozenset[str]:
    """Returns the methods marked abstract that nothing in the MRO implements."""
    if not any(record is not None and "ab" in record for _, record in order):
        return frozenset()
    found: set[str] = set()
    for _, record in reversed(order):
        if record is not None:
            found.difference_update(method_names(record), record.get("a", ()))
            found.update(record.get("ab", ()))
    return frozenset(found)


def method_names(record: Record) -> list[str]:
    """Returns the names of the methods that a class itself defines."""
    names: str = record.get("m", "")
    return names.split()


@lru_cache(maxsize=256)
def outside_members(path: str) -> tuple[frozenset[str], frozenset[str]]:
    """Returns the names of the methods and of the other attributes of a class of the standard library."""
    found = outside_class(path)
    if found is None:
        return frozenset(), frozenset()
    public = {name: value for name, value in vars(found).items() if not name.startswith("__")}
    methods = frozenset(
        name
        for name, value in public.items()
        if callable(value) or isinstance(value, staticmethod | classmethod)
    )
    return methods, frozenset(public) - methods
