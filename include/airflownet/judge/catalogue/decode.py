"""Records back into the objects of ``model`` and ``signature``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import repeat
from typing import Any

from airflownet.judge.catalogue.answers import Attribute, Deprecation, FunctionInfo
from airflownet.judge.catalogue.flat import parameter_columns
from airflownet.judge.catalogue.signature import Parameter, Signature, Style

STYLES = (Style.POSITIONAL_ONLY, Style.ANY, Style.KEYWORD_ONLY)
ROLES = {"s": "staticmethod", "c": "classmethod", "p": "property", "m": "method"}
Record = dict[str, Any]
_parameter = partial(tuple.__new__, Parameter)
"""``Parameter._make``, without a Python call for each of thousands of parameters."""


def signature(record: Record, owner: str = "") -> Signature:
    """Returns the signature of a record."""
    rows = record.get("p")
    if not rows:
        return Signature((), "a" in record, "k" in record)
    names, styles, defaults, annotations = parameter_columns(rows)
    columns = zip(names, map(STYLES.__getitem__, styles), defaults, annotations, repeat(owner), strict=False)
    return Signature(tuple(map(_parameter, columns)), "a" in record, "k" in record)


def deprecation(row: list[str] | None) -> Deprecation | None:
    """Returns the deprecation of ``[replacement, message]``."""
    return None if row is None else Deprecation(row[0], row[1])


def function(path: str, record: Record) -> FunctionInfo:
    """Returns the function or method of a record."""
    return FunctionInfo(
        path=path,
        signature=signature(record),
        role=ROLES.get(record.get("r", ""), "function"),
        is_async="y" in record,
        decorators=tuple(record.get("d", ())),
        returns=record.get("t", ""),
        decorated_operator=record.get("o", ""),
        deprecated=deprecation(record.get("x")),
    )


def attribute(entry: list[Any] | str) -> Attribute:
    """Returns the attribute of ``[text, class it is built with?]``, or of the text alone."""
    if isinstance(entry, str):
        return Attribute(entry)
    text = entry[0] if entry else None
    return Attribute(text, entry[1] if len(entry) > 1 else "")


class OwnSignatures(Mapping[str, Signature]):
    """The unmerged ``__init__`` of the classes of one MRO, by class path, decoded when asked for."""

    def __init__(self, found: dict[str, Record]) -> None:
        self._found = found

    def __getitem__(self, path: str) -> Signature:
        return signature(self._found[path], path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
