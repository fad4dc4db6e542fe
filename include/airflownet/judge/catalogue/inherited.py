"""Members of a class over its MRO."""

from __future__ import annotations

from collections.abc import Callable

from airflownet.judge.catalogue.decode import Record, attribute
from airflownet.judge.catalogue.model import Attribute
from airflownet.judge.catalogue.outside import outside_class

RecordOf = Callable[[str], Record | None]


Members = tuple[dict[str, tuple[str, Record]], dict[str, Attribute]]
"""Methods (name -> class path and record) and attributes by name."""


def merged_members(
    mro: tuple[str, ...], record_of: RecordOf, cache: dict[tuple[str, ...], Members]
) -> Members:
    """Returns the members over an MRO, inherited ones included; ``cache`` keeps them by MRO."""
    if not mro:
        return {}, {}
    if mro not in cache:
        inherited = merged_members(mro[1:], record_of, cache)
        cache[mro] = _overlaid(mro[0], record_of(mro[0]), *inherited)
    return cache[mro]


def _overlaid(
    path: str,
    record: Record | None,
    inherited_methods: dict[str, tuple[str, Record]],
    inherited_attributes: dict[str, Attribute],
) -> Members:
    methods, attributes = dict(inherited_methods), dict(inherited_attributes)
    if record is None:
        _outside_members(path, methods, attributes)
        return methods, attributes
    for name in record.get("s", ()):
        attributes.setdefault(name, Attribute(None))
    for name, entry in record.get("a", {}).items():
        attributes[name] = attribute(entry)
        methods.pop(name, None)
    for name, row in record.get("m", {}).items():
        methods[name] = (path, row)
        attributes.pop(name, None)
    return methods, attributes


def enum_members(record: Record) -> dict[str, Attribute]:
    """Returns the members an enum class itself defines, in order."""
    return {
        name: attribute(entry)
        for name, entry in record.get("a", {}).items()
        if not name.startswith("_") and entry[0] is not None
    }


def abstract_methods(
    mro: tuple[str, ...], record_of: RecordOf, cache: dict[tuple[str, ...], frozenset[str]]
) -> frozenset[str]:
    """Returns the methods marked abstract that nothing in the MRO implements; ``cache`` keeps them by MRO."""
    if not mro:
        return frozenset()
    if mro not in cache:
        inherited = abstract_methods(mro[1:], record_of, cache)
        record = record_of(mro[0])
        cache[mro] = inherited if record is None else _still_abstract(inherited, record)
    return cache[mro]


def _still_abstract(inherited: frozenset[str], record: Record) -> frozenset[str]:
    methods = record.get("m", {})
    own = {
        name
        for name, row in methods.items()
        if "d" in row and any("abstract" in decorator for decorator in row["d"])
    }
    if not inherited:
        return frozenset(own)
    return frozenset(own.union(inherited.difference(methods, record.get("a", ()))))


def _outside_members(
    path: str, methods: dict[str, tuple[str, Record]], attributes: dict[str, Attribute]
) -> None:
    found = outside_class(path)
    if found is None:
        return
    for name, value in vars(found).items():
        if name.startswith("__"):
            continue
        if callable(value) or isinstance(value, staticmethod | classmethod):
            methods[name] = (path, {"a": 1, "k": 1, "r": "m"})
        else:
            attributes.setdefault(name, Attribute(None))
