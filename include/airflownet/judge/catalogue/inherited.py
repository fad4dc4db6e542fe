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


def abstract_methods(inside: list[tuple[str, Record]], has_abc: bool) -> frozenset[str]:
    """Returns the abstract methods that nothing in the MRO implements."""
    if not has_abc:
        return frozenset()
    state: dict[str, bool] = {}
    for _, record in reversed(inside):
        for name in record.get("a", ()):
            state[name] = False
        for name, row in record.get("m", {}).items():
            state[name] = any("abstract" in decorator for decorator in row.get("d", ()))
    return frozenset(name for name, is_abstract in state.items() if is_abstract)


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
