"""Parts of a record as one text instead of many small lists, so that reading a module costs little.

A file imports few of a module's classes, while JSON is read whole. A text is read at once, and taken apart
only when its class is asked for. What a text cannot hold stays a list; readers take both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

MARK = "\x7f"
"""Between the fields of rows: never found in source text, and plain in JSON."""
_STYLES = {str(style): style for style in range(4)}
PLAIN_ENTRIES = frozenset("imte")
"""Kinds of entries of a module that hold nothing but names."""
Row = tuple[str, int, str | None, str]
"""Name, style, default (None when there is none), annotation."""


def flat_rows(rows: list[list[Any]]) -> list[list[Any]] | str:
    """Returns rows ``[name, style, default?, annotation?]`` as one text where it can hold them."""
    fields = [field for row in rows for field in _fields(row)]
    is_whole = all(row == _short(*values) for row, values in zip(rows, parameter_rows(rows), strict=True))
    return MARK.join(fields) if rows and is_whole and not any(MARK in field for field in fields) else rows


def listed_rows(rows: list[list[Any]] | str) -> list[list[Any]]:
    """Returns what ``flat_rows`` was given."""
    return [_short(*row) for row in parameter_rows(rows)] if isinstance(rows, str) else list(rows)


def parameter_rows(rows: Iterable[list[Any]] | str) -> Iterator[Row]:
    """Yields the rows, whole, of either form."""
    if isinstance(rows, str):
        fields = iter(rows.split(MARK))
        for name, style, default, annotation in zip(fields, fields, fields, fields, strict=True):
            yield name, int(style), default[1:] if default else None, annotation
        return
    for row in rows:
        yield row[0], row[1], row[2] if len(row) > 2 else None, row[3] if len(row) > 3 else ""


def parameter_columns(
    rows: list[list[Any]] | str,
) -> tuple[Sequence[str], Sequence[int], Sequence[str | None], Sequence[str]]:
    """Returns names, styles, defaults and annotations of the rows of either form."""
    if isinstance(rows, str):
        fields = rows.split(MARK)
        styles = list(map(_STYLES.__getitem__, fields[1::4]))
        return fields[::4], styles, [text[1:] if text else None for text in fields[2::4]], fields[3::4]
    names, numbers, defaults, annotations = zip(*parameter_rows(rows), strict=True)
    return names, numbers, defaults, annotations


def flat_entry(entry: list[Any]) -> list[Any] | str:
    """Returns an entry of a module as one text where it holds nothing but names."""
    is_plain = entry[0] in PLAIN_ENTRIES and all(type(part) is str and part for part in entry)
    return " ".join(entry) if is_plain and not any(" " in part for part in entry) else entry


def listed_entry(entry: list[Any] | str) -> list[Any]:
    """Returns what ``flat_entry`` was given."""
    return entry.split(" ") if type(entry) is str else entry  # type: ignore[return-value]


def flat_names(names: Iterable[str]) -> str:
    """Returns names as one text with a blank before and after each: ``" name " in text`` finds one."""
    return f" {' '.join(names)} "


def _fields(row: list[Any]) -> tuple[str, str, str, str]:
    name, style, default, annotation = next(parameter_rows([row]))
    return name, str(style), "" if default is None else "=" + default, annotation


def _short(name: str, style: int, default: str | None, annotation: str) -> list[Any]:
    if annotation:
        return [name, style, default, annotation]
    return [name, style] if default is None else [name, style, default]
