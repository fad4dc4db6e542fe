"""What a class of Airflow or a provider refuses when it is built, by the checks of its own ``__init__``.

The catalogue keeps them as conditions over the parameters; only one that certainly holds raises.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from airflownet.judge.catalogue import NOT_LITERAL, ClassInfo
from airflownet.judge.catalogue.literals import literal
from airflownet.judge.catalogue.members import Guards
from airflownet.judge.loader.guard_comparisons import NOT_GIVEN
from airflownet.judge.loader.guard_conditions import holds, parsed, value_of
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.python_calls import from_result
from airflownet.judge.loader.raised import Raised


def check_guards(definition: ClassInfo, arguments: Mapping[str, Any], *, is_open: bool = False) -> None:
    """Raises what building the class with these keyword arguments raises.

    Args:
        definition: the class.
        arguments: argument values by name, ``default_args`` included.
        is_open: other arguments may be given too, so no default is known.
    """
    for guards in definition.guards:
        _check(definition, guards, arguments, is_open=is_open)


def _check(definition: ClassInfo, guards: Guards, arguments: Mapping[str, Any], *, is_open: bool) -> None:
    values = _Parameters(guards, arguments, is_open=is_open)
    for exception, condition, message, method in guards.rows:
        if method and definition.methods[method].path != f"{guards.owner}.{method}":
            continue
        test = parsed(condition)
        try:
            answer = holds(test, values)
        except Raised as error:
            error.kind, error.subject = "bad-value", _subject(test, arguments, definition)
            raise
        if answer is True:
            said = value_of(parsed(message), values) if message else ""
            text = said if isinstance(said, str) and said else f"{definition.name} raises when {condition}"
            raise Raised(exception, text, "bad-value", _subject(test, arguments, definition))


class _Parameters(Mapping[str, Any]):
    """The values of the parameters of an ``__init__``; most checks ask for one or two of many."""

    def __init__(self, guards: Guards, arguments: Mapping[str, Any], *, is_open: bool) -> None:
        self._guards = guards
        self._arguments = arguments
        self._is_open = is_open

    def __getitem__(self, name: str) -> Any:
        default = self._guards.parameters[name]
        if name in self._guards.hidden:
            return UNKNOWN
        if name in self._arguments:
            return self._arguments[name]
        return UNKNOWN if self._is_open else _default(default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._guards.parameters)

    def __len__(self) -> int:
        return len(self._guards.parameters)


def _default(text: str | None) -> Any:
    if text in ("NOTSET", "SET_DURING_EXECUTION"):
        return NOT_GIVEN
    value = literal(text)
    return UNKNOWN if value is NOT_LITERAL or value is Ellipsis else from_result(value)


def _subject(test: ast.expr, arguments: Mapping[str, Any], definition: ClassInfo) -> str:
    """The argument a reader should look at: one that was given, else the first that is asked about."""
    names = [node.id for node in ast.walk(test) if isinstance(node, ast.Name) and node.id in definition.init]
    return next((name for name in names if name in arguments), names[0] if names else definition.name)
