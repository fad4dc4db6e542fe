"""Finds the tasks that are the harness's own: made by its functions, or by tasks that call its helpers."""

from __future__ import annotations

import ast

from airflownet.mining.codemods.harness_names import BUILDER, CONNECTION_FUNCTIONS, is_harness_module
from airflownet.mining.codemods.scopes import Key, Scopes

_AROUND_TASKS = ("dag", "task_group")
_PLAIN = (ast.Constant, ast.JoinedStr)


def dead_names(tree: ast.Module, scopes: Scopes) -> set[Key]:
    """Returns the names that stand for a harness function, for a task of its making, or for its result."""
    dead = {key for key, values in scopes.bindings.items() if any(_is_import(v, tree) for v in values)}
    helpers = {key for key in dead if key[1] in CONNECTION_FUNCTIONS}
    size = -1
    while size != len(dead):
        size = len(dead)
        for key, functions in scopes.functions.items():
            if key not in dead and all(_makes_connection(f, key, scopes, helpers) for f in functions):
                helpers.add(key)
        for key, values in scopes.bindings.items():
            if key not in dead and values and all(_is_dead(v, key, scopes, dead, helpers) for v in values):
                dead.add(key)
    return dead


def plain_names(scopes: Scopes) -> set[Key]:
    """Returns the names bound only to text or lists of text: no task, so no part of an edge."""
    plain: set[Key] = set()
    size = -1
    while size != len(plain):
        size = len(plain)
        for key, values in scopes.bindings.items():
            if key not in plain and values and all(_is_plain(v, key[0], scopes, plain) for v in values):
                plain.add(key)
    return plain


def _is_import(node: ast.AST, tree: ast.Module) -> bool:
    return isinstance(node, ast.alias) and node in _harness_aliases(tree)


def _harness_aliases(tree: ast.Module) -> set[ast.alias]:
    cached: set[ast.alias] | None = getattr(tree, "_harness_aliases", None)
    if cached is None:
        cached = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 0 and is_harness_module(node.module or ""):
                cached.update(node.names)
            elif isinstance(node, ast.Import):
                cached.update(alias for alias in node.names if is_harness_module(alias.name))
        tree._harness_aliases = cached  # type: ignore[attr-defined]
    return cached


def _makes_connection(
    function: ast.FunctionDef | ast.AsyncFunctionDef, key: Key, scopes: Scopes, helpers: set[Key]
) -> bool:
    """True for a function, other than one that holds tasks, that calls a helper for connections."""
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        if name in _AROUND_TASKS:
            return False
    inside = (*key[0], key[1])
    return any(
        isinstance(node, ast.Name) and scopes.owner(inside, node.id) in helpers
        for statement in function.body
        for node in ast.walk(statement)
    )


def _is_dead(value: ast.AST, key: Key, scopes: Scopes, dead: set[Key], helpers: set[Key]) -> bool:
    if isinstance(value, ast.FunctionDef | ast.AsyncFunctionDef):
        return key in helpers
    root = value
    while isinstance(root, ast.Call | ast.Attribute | ast.Subscript):
        root = root.func if isinstance(root, ast.Call) else root.value
    if not isinstance(root, ast.Name) or root is value:
        return False
    if root.id == BUILDER:
        return True
    owner = scopes.owner(key[0], root.id)
    return owner in dead or (owner == key and key in helpers) or owner in helpers


def _is_plain(value: ast.AST, path: tuple[str, ...], scopes: Scopes, plain: set[Key]) -> bool:
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str)
    if isinstance(value, ast.JoinedStr):
        return True
    if isinstance(value, ast.Name):
        return scopes.owner(path, value.id) in plain
    if isinstance(value, ast.List | ast.Tuple):
        return bool(value.elts) and all(_is_plain(item, path, scopes, plain) for item in value.elts)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return value.func.attr in ("split", "replace") and _is_plain(value.func.value, path, scopes, plain)
    return False
