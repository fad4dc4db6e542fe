"""What a class of Airflow or a provider refuses when it is built, by the checks of its own ``__init__``.

The catalogue keeps them as conditions over the parameters; only one that certainly holds raises.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from airflownet.judge.airflow.checks.conditions import NOT_GIVEN, holds, parsed, value_of
from airflownet.judge.catalogue import NOT_LITERAL, ClassInfo
from airflownet.judge.catalogue.literals import literal
from airflownet.judge.catalogue.members import Guards
from airflownet.judge.interpreter.conversion import from_result
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN


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
    known = _PREPARED.get(id(guards))
    if known is None:
        known = _PREPARED[id(guards)] = _prepared(guards)
    if known.names.isdisjoint(arguments) and known.is_quiet:
        return
    values = _Parameters(guards, arguments, is_open=is_open)
    for row, asked, is_quiet in known.rows:
        if is_quiet and asked.isdisjoint(arguments):
            continue
        exception, condition, message, method = row
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


class _Prepared(NamedTuple):
    """The checks of one class of an MRO, with what each asks about."""

    guards: Guards
    rows: tuple[tuple[tuple[str, str, str, str], frozenset[str], bool], ...]
    """Row, the arguments it asks about, and whether it is settled that none raises when none is given."""
    names: frozenset[str]
    is_quiet: bool


_WORD: Final = re.compile(r"[^\W\d]\w*")
_PREPARED: Final[dict[int, _Prepared]] = {}
"""By the identity of the guards, which live as long as their catalogue (and here)."""


def _prepared(guards: Guards) -> _Prepared:
    rows = []
    for row in guards.rows:
        test = parsed(row[1])
        try:
            is_quiet = holds(test, _Parameters(guards, {}, is_open=False)) is not True
        except Raised:
            is_quiet = False
        # Words in texts are among them, and do no harm: then the check is looked at for nothing.
        rows.append((row, frozenset(_WORD.findall(row[1])), is_quiet))
    names = frozenset().union(*(asked for _, asked, _ in rows))
    return _Prepared(guards, tuple(rows), names, all(is_quiet for _, _, is_quiet in rows))


def _asked(test: ast.expr) -> list[str]:
    """The names of arguments in a condition, in its order."""
    names: list[str] = []
    for node in ast.walk(test):
        match node:
            case ast.Name(name):
                names.append(name)
            case ast.Call(ast.Name("given"), [ast.Constant(str(name))]):
                names.append(name)
    return names


class _Parameters(Mapping[str, Any]):
    """The values of the parameters of an ``__init__``; most checks ask for one or two of many."""

    def __init__(self, guards: Guards, arguments: Mapping[str, Any], *, is_open: bool) -> None:
        self._guards = guards
        self._arguments = arguments
        self._is_open = is_open

    def __getitem__(self, name: str) -> Any:
        if name[0] == "?":
            return self._is_given(name[1:])
        if name in self._guards.hidden:
            return UNKNOWN
        if name in self._arguments:
            return self._arguments[name]
        default = self._guards.parameters[name]
        return UNKNOWN if self._is_open else _default(default)

    def _is_given(self, name: str) -> Any:
        """Whether an argument that is no parameter is among the ``**kwargs``."""
        if name in self._guards.hidden:
            return UNKNOWN
        return name in self._arguments or (UNKNOWN if self._is_open else False)

    def __iter__(self) -> Iterator[str]:
        return iter(self._guards.parameters)

    def __len__(self) -> int:
        return len(self._guards.parameters)


def _default(text: str | None) -> Any:
    if text in ("NOTSET", "SET_DURING_EXECUTION"):
        return NOT_GIVEN
    value = literal(text)
    return UNKNOWN if value is NOT_LITERAL else from_result(value)


def _subject(test: ast.expr, arguments: Mapping[str, Any], definition: ClassInfo) -> str:
    """The argument a reader should look at: one that was given, else the first that is asked about."""
    names = [name for name in _asked(test) if name in definition.init]
    return next((name for name in names if name in arguments), names[0] if names else definition.name)
