"""``match``: patterns on values that are known; what cannot be told may match."""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.interpreter.classes.lookup import find_in_class
from airflownet.judge.interpreter.classes.records import record_fields
from airflownet.judge.interpreter.classes.type_tests import is_instance
from airflownet.judge.interpreter.comparisons import equal
from airflownet.judge.interpreter.interpreter import Interpreter, Signal, run_maybe
from airflownet.judge.interpreter.scope import Scope
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ClassValue,
    DictValue,
    Instance,
    ListValue,
    PythonValue,
    is_concrete,
    is_exact,
    is_key,
    truth,
)

_ONE_ARGUMENT = ("str", "int", "float", "bool", "bytes", "list", "dict", "tuple", "set")
"""Classes whose pattern takes the whole value by position."""


def execute_match(interpreter: Interpreter, node: ast.Match, scope: Scope) -> Signal:
    """Executes the first case that certainly matches, and in maybe mode those that may match before it."""
    subject = interpreter.evaluate(node.subject, scope)
    for case in node.cases:
        known = _matches(interpreter, case.pattern, subject, scope)
        if known is not False and case.guard is not None:
            guard = truth(interpreter.evaluate(case.guard, scope))
            known = known if guard else guard
        if known:
            return interpreter.execute_block(case.body, scope)
        if known is None:
            run_maybe(interpreter, case.body, scope)
    return None


def _matches(interpreter: Interpreter, pattern: ast.pattern, subject: Any, scope: Scope) -> bool | None:
    match pattern:
        case ast.MatchValue():
            same = equal(interpreter, subject, interpreter.evaluate(pattern.value, scope))
            return None if same is UNKNOWN else truth(same)
        case ast.MatchSingleton():
            return subject is pattern.value if is_concrete(subject) else None if subject is UNKNOWN else False
        case ast.MatchOr():
            known = [_matches(interpreter, part, subject, scope) for part in pattern.patterns]
            return True if True in known else (None if None in known else False)
        case ast.MatchAs():
            inner = (
                True if pattern.pattern is None else _matches(interpreter, pattern.pattern, subject, scope)
            )
            if pattern.name is not None and inner is not False:
                scope.assign(pattern.name, subject)
            return inner
        case ast.MatchSequence():
            return _sequence(interpreter, pattern, subject, scope)
        case ast.MatchMapping():
            return _mapping(interpreter, pattern, subject, scope)
        case ast.MatchClass():
            return _class(interpreter, pattern, subject, scope)
    return None


def _all_of(known: list[bool | None]) -> bool | None:
    return False if False in known else None if None in known else True


def _capture_unknown(pattern: ast.pattern, scope: Scope) -> None:
    for part in ast.walk(pattern):
        name = getattr(part, "name", None) or getattr(part, "rest", None)
        if isinstance(name, str):
            scope.assign(name, UNKNOWN)


def _sequence(
    interpreter: Interpreter, pattern: ast.MatchSequence, subject: Any, scope: Scope
) -> bool | None:
    if not isinstance(subject, (ListValue, tuple)) or not getattr(subject, "exact", True):
        is_other = is_concrete(subject) or isinstance(subject, (DictValue, Instance))
        if not is_other:
            _capture_unknown(pattern, scope)
        return False if is_other else None
    items, parts = list(subject), pattern.patterns
    star = next((i for i, part in enumerate(parts) if isinstance(part, ast.MatchStar)), None)
    if star is None:
        if len(items) != len(parts):
            return False
        return _all_of([_matches(interpreter, p, v, scope) for p, v in zip(parts, items, strict=True)])
    after = len(parts) - star - 1
    if len(items) < len(parts) - 1:
        return False
    middle = items[star : len(items) - after]
    starred = parts[star]
    if isinstance(starred, ast.MatchStar) and starred.name is not None:
        scope.assign(starred.name, ListValue(middle))
    pairs = [
        *zip(parts[:star], items, strict=False),
        *zip(parts[star + 1 :], items[len(items) - after :], strict=True),
    ]
    return _all_of([_matches(interpreter, part, value, scope) for part, value in pairs])


def _mapping(interpreter: Interpreter, pattern: ast.MatchMapping, subject: Any, scope: Scope) -> bool | None:
    if not isinstance(subject, DictValue):
        is_other = is_concrete(subject) or isinstance(subject, (ListValue, tuple, Instance))
        if not is_other:
            _capture_unknown(pattern, scope)
        return False if is_other else None
    known: list[bool | None] = []
    used: list[Any] = []
    for key_node, part in zip(pattern.keys, pattern.patterns, strict=True):
        key = interpreter.evaluate(key_node, scope)
        used.append(key)
        if key is not UNKNOWN and is_key(key) and key in subject:
            known.append(_matches(interpreter, part, subject[key], scope))
        else:
            known.append(False if subject.exact and key is not UNKNOWN else None)
            _capture_unknown(part, scope)
    if pattern.rest is not None:
        rest = ((key, item) for key, item in subject.items() if key not in used)
        scope.assign(pattern.rest, DictValue(rest, exact=subject.exact))
    return _all_of(known)


def _positional_names(cls: Any) -> list[str]:
    """What ``case Point(a, b)`` looks at: ``__match_args__``, or the fields of a record."""
    if not isinstance(cls, ClassValue):
        return []
    own = find_in_class(cls, "__match_args__")
    return list(own) if isinstance(own, tuple) and is_exact(own) else record_fields(cls) or []


def _class(interpreter: Interpreter, pattern: ast.MatchClass, subject: Any, scope: Scope) -> bool | None:
    cls = interpreter.evaluate(pattern.cls, scope)
    answer = is_instance(interpreter, [subject, cls], {})
    if answer is not True:
        _capture_unknown(pattern, scope)
        return None if answer is UNKNOWN else False
    known: list[bool | None] = []
    names = _positional_names(cls) if pattern.patterns else []
    if isinstance(cls, PythonValue) and cls.path in _ONE_ARGUMENT:
        return _all_of([_matches(interpreter, part, subject, scope) for part in pattern.patterns])
    if len(pattern.patterns) > len(names):
        _capture_unknown(pattern, scope)
        return None
    for name, part in [*zip(names, pattern.patterns, strict=False),
                       *zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True)]:  # fmt: skip
        known.append(_matches(interpreter, part, interpreter.attribute(subject, name), scope))
    return _all_of(known)
