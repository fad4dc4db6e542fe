"""A module's record in two: what importing from it asks for, and the methods of its classes."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.catalogue.extraction.signatures import Record


def split(record: Record) -> tuple[Record, Record]:
    """Returns the record without methods, and ``Class`` or ``Outer.Inner`` -> methods.

    A class keeps the names of its methods as ``m``, one text with a blank before and after each (one text is
    read faster than a list), and the names of the abstract ones as ``ab``.
    """
    methods: Record = {}
    names = {
        name: [entry[0], _without_methods(name, entry[1], methods), *entry[2:]] if entry[0] == "c" else entry
        for name, entry in record["n"].items()
    }
    return {**record, "n": names}, methods


def joined(record: Record, methods: Record) -> Record:
    """Puts together what ``split`` took apart, within the record; returns it."""
    for name, entry in record["n"].items():
        if entry[0] == "c":
            for path, found in _classes(name, entry[1]):
                found.pop("ab", None)
                if path in methods:
                    found["m"] = methods[path]
    return record


def _without_methods(path: str, record: Record, methods: Record) -> Record:
    rest = {key: value for key, value in record.items() if key != "m"}
    if "n" in rest:
        rest["n"] = {
            name: _without_methods(f"{path}.{name}", inner, methods) for name, inner in rest["n"].items()
        }
    if own := record.get("m"):
        methods[path] = own
        rest["m"] = f" {' '.join(own)} "
        if abstract := [name for name, row in own.items() if _is_abstract(row)]:
            rest["ab"] = abstract
    return rest


def _is_abstract(row: Record) -> bool:
    return any("abstract" in decorator for decorator in row.get("d", ()))


def _classes(path: str, record: Record) -> Iterator[tuple[str, Record]]:
    yield path, record
    for name, inner in record.get("n", {}).items():
        yield from _classes(f"{path}.{name}", inner)
