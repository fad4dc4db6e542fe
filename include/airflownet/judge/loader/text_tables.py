"""``csv`` on a text of the file: ``csv.DictReader(io.StringIO("..."))`` and ``csv.reader(lines)``."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from airflownet.judge.loader.iteration import items_of
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.values import ApiInstance, DictValue, ListValue, of_kind

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

_MOST_CHARACTERS = 5_000
_OPTIONS = frozenset({"delimiter", "quotechar", "skipinitialspace", "fieldnames"})


def _lines(interpreter: Interpreter, source: Any) -> list[str] | None:
    """Returns the lines of a ``StringIO`` or of a list of texts, None when they are not known."""
    if isinstance(source, ApiInstance) and source.path == "io.StringIO" and len(source.args) == 1:
        text = source.args[0]
        return list(io.StringIO(text)) if isinstance(text, str) and len(text) <= _MOST_CHARACTERS else None
    if not isinstance(source, (ListValue, tuple)):
        return None
    items, exact = items_of(interpreter, source)
    is_text = all(isinstance(item, str) for item in items)
    return items if exact and is_text and sum(map(len, items)) <= _MOST_CHARACTERS else None


def _options(kwargs: dict[str, Any]) -> dict[str, Any] | None:
    is_plain = all(isinstance(item, (str, bool)) or name == "fieldnames" for name, item in kwargs.items())
    return kwargs if is_plain and set(kwargs) <= _OPTIONS else None


def rows(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``csv.reader(lines)``."""
    lines, options = _lines(interpreter, args[0] if args else UNKNOWN), _options(kwargs)
    if lines is None or options is None or len(args) != 1 or "fieldnames" in kwargs:
        return UNKNOWN
    try:
        return of_kind("list_iterator", [ListValue(row) for row in csv.reader(lines, **options)], exact=True)
    except (csv.Error, TypeError):
        return UNKNOWN


def dict_rows(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``csv.DictReader(lines)``."""
    lines, options = _lines(interpreter, args[0] if args else UNKNOWN), _options(kwargs)
    if lines is None or options is None or len(args) != 1:
        return UNKNOWN
    try:
        found = [DictValue(row) for row in csv.DictReader(lines, **options)]
    except (csv.Error, TypeError):
        return UNKNOWN
    return of_kind("list_iterator", found, exact=all(None not in row for row in found))
