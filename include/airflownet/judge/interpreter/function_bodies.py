"""What the body of a function binds, and whether it yields: one walk, remembered."""

from __future__ import annotations

import ast
import weakref
from typing import Any

_BODIES: weakref.WeakKeyDictionary[ast.AST, tuple[frozenset[str], bool]] = weakref.WeakKeyDictionary()


def local_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """Returns the names that a function's body binds by itself, ``global`` and ``nonlocal`` left out."""
    return frozenset() if isinstance(node, ast.Lambda) else _body_facts(node)[0]


def is_generator(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the body yields, nested functions not counted."""
    return _body_facts(node)[1]


def _body_facts(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[frozenset[str], bool]:
    """Returns the names the body binds and whether it yields; one walk, remembered."""
    found = _BODIES.get(node)
    if found is None:
        found = _BODIES[node] = _walk_body(node)
    return found


def _walk_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[frozenset[str], bool]:
    bound: set[str] = set()
    elsewhere: set[str] = set()
    yields = False
    pending: list[Any] = list(node.body)
    while pending:
        part = pending.pop()
        kind = type(part)
        if kind in _LEAVES:
            continue
        if kind is list:
            pending.extend(part)
            continue
        if kind is ast.Name:
            if type(part.ctx) is not ast.Load:
                bound.add(part.id)
            continue
        if kind in _OWN_SCOPES:
            if kind in _NAMED_SCOPES:
                bound.add(part.name)
            continue
        if kind is ast.Yield or kind is ast.YieldFrom:
            yields = True
        elif kind is ast.Import or kind is ast.ImportFrom:
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in part.names)
        elif kind is ast.Global or kind is ast.Nonlocal:
            elsewhere.update(part.names)
        elif kind is ast.ExceptHandler and part.name:
            bound.add(part.name)
        pending.extend([getattr(part, field, None) for field in kind._fields])
    return frozenset(bound - elsewhere), yields


_LEAVES = frozenset(
    {ast.Constant, ast.Load, ast.Store, ast.Del, str, int, type(None), ast.Pass, ast.Break, ast.Continue}
)
_NAMED_SCOPES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_OWN_SCOPES = _NAMED_SCOPES | {ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp}
