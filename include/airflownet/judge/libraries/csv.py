"""``csv``: rows of short texts whose lines are known."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.conversion import from_python_error, to_python
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    DictValue,
    ListValue,
    NativeMethod,
    StandardObject,
    is_exact,
    of_kind,
)
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_MOST_CHARACTERS = 5_000
_OPTIONS = frozenset({"delimiter", "quotechar", "skipinitialspace", "fieldnames"})


def _lines(interpreter: Interpreter, source: Any) -> list[str] | None:
    """Returns the lines of a ``StringIO`` or of a list of texts, None when they are not known."""
    if isinstance(source, StandardObject) and isinstance(source.object, io.StringIO):
        is_known = source.exact and not interpreter.maybe_depth and not source.object.closed
        text = source.object.read() if is_known else None
        return list(io.StringIO(text)) if text is not None and len(text) <= _MOST_CHARACTERS else None
    if not isinstance(source, (ListValue, tuple)):
        return None
    items, exact = items_of(interpreter, source)
    is_text = all(isinstance(item, str) for item in items)
    return items if exact and is_text and sum(map(len, items)) <= _MOST_CHARACTERS else None


def _options(kwargs: dict[str, Any]) -> dict[str, Any] | None:
    is_plain = all(isinstance(item, (str, bool)) or name == "fieldnames" for name, item in kwargs.items())
    return kwargs if is_plain and set(kwargs) <= _OPTIONS else None


@models("csv.reader")
def rows(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``csv.reader(lines)``."""
    lines, options = _lines(interpreter, args[0] if args else UNKNOWN), _options(kwargs)
    if lines is None or options is None or len(args) != 1 or "fieldnames" in kwargs:
        return UNKNOWN
    try:
        interpreter.charge(8 * len(lines))
        return of_kind("list_iterator", [ListValue(row) for row in csv.reader(lines, **options)], exact=True)
    except (csv.Error, TypeError):
        return UNKNOWN


@models("csv.DictReader")
def dict_rows(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``csv.DictReader(lines)``."""
    lines, options = _lines(interpreter, args[0] if args else UNKNOWN), _options(kwargs)
    if lines is None or options is None or len(args) != 1:
        return UNKNOWN
    try:
        interpreter.charge(8 * len(lines))
        found = [DictValue(row) for row in csv.DictReader(lines, **options)]
    except (csv.Error, TypeError):
        return UNKNOWN
    return of_kind("list_iterator", found, exact=all(None not in row for row in found))


def _length(values: list[Any]) -> int:
    try:
        return len(repr(values))
    except ValueError:  # a number of more digits than Python shows
        return _MOST_CHARACTERS


@models("csv.writer")
def writer(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``csv.writer(io.StringIO())``: the rows go into the text."""
    target, options = (args[0] if len(args) == 1 else UNKNOWN), _options(kwargs)
    if not isinstance(target, StandardObject) or not isinstance(target.object, io.StringIO):
        return UNKNOWN
    try:
        real = csv.writer(target.object, **(options or {}))
    except TypeError as error:
        raise from_python_error(error) from None

    def write(name: str) -> NativeMethod:
        def call(interpreter: Interpreter, more: list[Any], _: dict[str, Any]) -> None:
            target.n_characters += _length(more) if all(map(is_exact, more)) else _MOST_CHARACTERS
            if options is None or interpreter.maybe_depth or target.n_characters >= _MOST_CHARACTERS:
                target.exact = False
            else:
                try:
                    getattr(real, name)(*map(to_python, more))
                except (csv.Error, TypeError, ValueError) as error:
                    raise from_python_error(error) from None

        return NativeMethod(name, call)

    names = ("writerow", "writerows")
    return ApiInstance("csv.writer", attributes={name: write(name) for name in names})
