"""A module's record in two: what importing from it asks for, and the methods of its classes."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.catalogue.builder.signatures import Record
from airflownet.judge.catalogue.flat import flat_entry, flat_names, flat_rows, listed_entry, listed_rows


def split(record: Record) -> tuple[Record, Record]:
    """Returns the record without methods, and ``Class`` or ``Outer.Inner`` -> methods.

    A class keeps the names of its methods as ``m``, and the names of the abstract ones as ``ab``. Rows and
    names are written as one text each (see ``flat``).
    """
    methods: Record = {}
    names = {
        name: [entry[0], _shorter(name, entry[1], methods), *entry[2:]]
        if entry[0] == "c"
        else flat_entry(entry)
        for name, entry in record["n"].items()
    }
    return {**record, "n": names}, methods


def joined(record: Record, methods: Record) -> Record:
    """Puts together what ``split`` took apart, within the record; returns it."""
    for name, entry in record["n"].items():
        record["n"][name] = listed_entry(entry)
        if entry[0] == "c":
            for path, found in _classes(name, entry[1]):
                _lengthen(found)
                found.pop("ab", None)
                if path in methods:
                    found["m"] = methods[path]
    return record


def _shorter(path: str, record: Record, methods: Record) -> Record:
    rest = {key: value for key, value in record.items() if key != "m"}
    if "n" in rest:
        rest["n"] = {name: _shorter(f"{path}.{name}", inner, methods) for name, inner in rest["n"].items()}
    for key in ("i", "f"):
        if "p" in rest.get(key, ()):
            rest[key] = {**rest[key], "p": flat_rows(rest[key]["p"])}
    if "s" in rest:
        rest["s"] = flat_names(rest["s"])
    if "a" in rest:
        rest["a"] = {name: entry[0] if _is_text(entry) else entry for name, entry in rest["a"].items()}
    if own := record.get("m"):
        methods[path] = own
        rest["m"] = flat_names(own)
        if abstract := [name for name, row in own.items() if _is_abstract(row)]:
            rest["ab"] = abstract
    return rest


def _lengthen(record: Record) -> None:
    """Undoes what ``_shorter`` did to one class, but for its methods."""
    for key in ("i", "f"):
        if "p" in record.get(key, ()):
            record[key]["p"] = listed_rows(record[key]["p"])
    if "s" in record:
        record["s"] = record["s"].split()
    if "a" in record:
        record["a"] = {
            name: [entry] if isinstance(entry, str) else entry for name, entry in record["a"].items()
        }


def _is_text(entry: list[object]) -> bool:
    return len(entry) == 1 and isinstance(entry[0], str)


def _is_abstract(row: Record) -> bool:
    return any("abstract" in decorator for decorator in row.get("d", ()))


def _classes(path: str, record: Record) -> Iterator[tuple[str, Record]]:
    yield path, record
    for name, inner in record.get("n", {}).items():
        yield from _classes(f"{path}.{name}", inner)
