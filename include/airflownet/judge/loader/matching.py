"""``match``: cases are told apart by literal patterns, everything else may match."""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.loader.interpreter import Interpreter, Signal
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.scope import Scope
from airflownet.judge.loader.values import is_concrete, truth


def execute_match(interpreter: Interpreter, node: ast.Match, scope: Scope) -> Signal:
    """Executes the first case that certainly matches, and in maybe mode those that may match before it."""
    from airflownet.judge.loader.statements import run_maybe

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
    if isinstance(pattern, ast.MatchValue):
        value = interpreter.evaluate(pattern.value, scope)
        return subject == value if is_concrete(subject) and is_concrete(value) else None
    if isinstance(pattern, ast.MatchSingleton):
        return subject is pattern.value if is_concrete(subject) else None
    if isinstance(pattern, ast.MatchOr):
        known = [_matches(interpreter, part, subject, scope) for part in pattern.patterns]
        return True if True in known else (None if None in known else False)
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
        if pattern.name is not None:
            scope.assign(pattern.name, subject)
        return True
    for part in ast.walk(pattern):
        name = getattr(part, "name", None) or getattr(part, "rest", None)
        if isinstance(name, str):
            scope.assign(name, UNKNOWN)
    return None
