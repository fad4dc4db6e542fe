"""Checks of single arguments, kept as rows of ``argument_checks.yaml``, which tells what a row may say."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import line_of, python_type, shown
from airflownet.judge.interpreter.values import is_concrete, truth

_TABLE: Final = Path(__file__).with_name("argument_checks.yaml")
_TYPES: Final[dict[str, type]] = {
    kind.__name__: kind
    for kind in (str, bytes, int, float, bool, list, tuple, dict, datetime.datetime, datetime.timedelta)
}


@dataclass(frozen=True, slots=True)
class Row:
    """What is accepted for one argument."""

    name: str
    exception: str | dict[int, str]
    message: str
    types: tuple[type, ...] = ()
    one_of: tuple[Any, ...] = ()
    none: bool = True
    empty: bool = False
    scalars: bool = False
    capitals: bool = False
    subject: str = "name"

    def check(self, value: Any, line: tuple[int, int]) -> None:
        """Raises for a known value that is not accepted."""
        if (value is None and self.none) or (self.empty and truth(value) is False):
            return
        if not (self._has_other_type(value) if self.types else self._is_other_value(value)):
            return
        kind = python_type(value)
        message = self.message.format(
            name=self.name,
            value=value,
            shown=shown(value),
            kind=kind,
            type=getattr(kind, "__name__", "object"),
            expected=self.types[0] if self.types else "",
            names=" or ".join(item.__name__ for item in self.types),
        )
        exception = self.exception if isinstance(self.exception, str) else self.exception[line[0]]
        raise Raised(exception, message, "bad-value", str(value) if self.subject == "value" else self.name)

    def _has_other_type(self, value: Any) -> bool:
        kind = python_type(value)
        return kind is not None and not issubclass(kind, self.types)

    def _is_other_value(self, value: Any) -> bool:
        if self.scalars:
            same = (item for item in self.one_of if type(item) is type(value) and item == value)
            return is_concrete(value) and not any(True for _ in same)
        return isinstance(value, str) and (value.upper() if self.capitals else value) not in self.one_of


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that one piece of Airflow goes through."""

    rows: dict[str, Row]
    since: tuple[int, int]
    until: tuple[int, int]


@cache
def groups() -> dict[str, Group]:
    """Returns all groups by name."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where it is there: this is read at start
    table: dict[str, dict[str, Any]] = yaml.load(_TABLE.read_bytes(), Loader=loader)  # noqa: S506
    return {name: _group(part, table) for name, part in table.items()}


def _group(part: dict[str, Any], table: dict[str, dict[str, Any]]) -> Group:
    rows = {}
    others = table[part["like"]]["rows"] if "like" in part else {}
    taken = {name: own for name, own in others.items() if name not in part.get("without", ())}
    for name, own in (taken | part["rows"]).items():
        given = {key: part[key] for key in ("exception", "message") if key in part} | own
        given["types"] = tuple(_TYPES[kind] for kind in given.get("types", ()))
        given["one_of"] = tuple(given.get("one_of", ()))
        rows[name] = Row(name, **given)
    return Group(rows, line_of(part.get("since", "2.7")), line_of(part.get("until", "9.0")))


def check_arguments(group: str, arguments: Mapping[str, Any], airflow: str) -> None:
    """Raises what the first row of the group that is not satisfied says, on the lines it holds for."""
    found = groups()[group]
    line = line_of(airflow)
    if found.since <= line <= found.until and not found.rows.keys().isdisjoint(arguments):
        for name, row in found.rows.items():
            if name in arguments:
                row.check(arguments[name], line)


def check_arguments_as_given(group: str, arguments: Mapping[str, Any], airflow: str) -> None:
    """The same, looked at in the order in which the file gives the arguments."""
    found = groups()[group]
    line = line_of(airflow)
    if found.since <= line <= found.until:
        for name, value in arguments.items():
            if name in found.rows:
                found.rows[name].check(value, line)
