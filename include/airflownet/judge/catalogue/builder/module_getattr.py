"""Module-level ``__getattr__`` functions, interpreted once for every name they could know."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from airflownet.judge.catalogue.builder.fallback_tables import apply_fallback_tables
from airflownet.judge.catalogue.builder.interpret import call_function
from airflownet.judge.catalogue.builder.values import (
    InstanceRef,
    ModuleRaisesError,
    ModuleRef,
    SymbolRef,
    UnresolvedError,
)

if TYPE_CHECKING:
    from airflownet.judge.catalogue.builder.module_scope import ModuleScope

ABSENT_NAME = "__no_such_name__"


def apply_getattr(scope: ModuleScope) -> None:
    """Adds what the module's ``__getattr__`` offers."""
    entry = scope.entries.pop("__getattr__", None)
    function = scope.functions.get("__getattr__")
    if entry is None:
        return
    if entry[0] == "v" and entry[-1] and str(entry[-1]).endswith("create_module_getattr"):
        apply_fallback_tables(scope)
        return
    if function is None or entry[0] != "f":
        scope.is_dynamic = True
        return
    for name in sorted(_candidates(scope, function)):
        if name in scope.entries:
            continue
        redirect = _ask(scope, function, name)
        if redirect is not None:
            scope.entries[name] = redirect
    absent = _ask(scope, function, ABSENT_NAME)
    if absent is not None:
        if absent[0] == "l" and absent[1].endswith("." + ABSENT_NAME):
            scope.wildcard = [absent[1].rpartition(".")[0]]
        else:
            scope.is_dynamic = True


def _candidates(scope: ModuleScope, function: ast.FunctionDef) -> set[str]:
    """Every identifier that the function or a table it names could mean, ``__all__`` included."""
    found: set[str] = set()
    exported = scope.values.get("__all__")
    if isinstance(exported, list | tuple | set):
        found.update(str(name) for name in exported)
    for inner in ast.walk(function):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            found.add(inner.value)
        elif isinstance(inner, ast.Name):
            table = scope.values.get(inner.id)
            if isinstance(table, dict | list | tuple | set | frozenset):
                found.update(str(name) for name in table)
    return {name for name in found if name.isidentifier()}


def _ask(scope: ModuleScope, function: ast.FunctionDef, name: str) -> list[Any] | None:
    try:
        value, warnings = call_function(function, scope, [name], {})
    except ModuleRaisesError:
        return None
    except (UnresolvedError, RecursionError):
        return ["v", None]
    deprecated = int(bool(warnings))
    message = warnings[0] if warnings else ""
    if isinstance(value, SymbolRef | ModuleRef):
        return ["l", value.path, deprecated, value.path if deprecated else "", message]
    if isinstance(value, InstanceRef):
        return ["v", None, value.path]
    return ["v", repr(value) if len(repr(value)) < 120 else None]
