"""What Python's compiler refuses although its parser takes it: ``return`` at module level, an argument twice.

Compiling costs two thirds of parsing. Where the interpreter has been through every part of a plain statement
(an expression, an assignment), or where all of its syntax is plain, nothing of it can be refused, so only
the rest is compiled: classes, generators, ``async``, loops with ``break``, and what else is seldom met.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Any

from airflownet.judge.interpreter.source.parsing import Unparsable, compile_tree
from airflownet.judge.interpreter.source.plain_code import MOST_BLOCKS, is_plain

PLAIN_STATEMENTS = frozenset({ast.Expr, ast.Assign, ast.AugAssign, ast.Import, ast.ImportFrom})
_DECLARATIONS = ("global", "nonlocal")
"""Statements that make the compiler look at one statement because of another; none of them is plain."""
_FUTURE_FEATURES = frozenset({"annotations", "division", "print_function", "absolute_import"})
_PLACE: dict[str, Any] = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
_NOTHING = ast.Pass(**_PLACE)
_NO_MANAGER = ast.withitem(ast.Constant(None, **_PLACE), None)


def check_compiles(code: str, tree: ast.Module, seen: Collection[ast.AST]) -> None:
    """Raises what compiling the file raises.

    Args:
        code: the text of the tree.
        tree: the whole file.
        seen: statements and items of ``with`` at module level, of which the interpreter evaluated every part.

    Raises:
        SyntaxError: Python's compiler refuses the file.
        Unparsable: only a bigger compiler could tell.
    """
    future = _future(tree)
    body = tree.body
    if future is not None:
        body = [statement for statement in body if statement is not future]
    left = _left(body, seen, 0)
    if "__debug__" not in code:
        if not left:
            return  # a declaration would have been left
        is_late = any(type(statement) is ast.ImportFrom for statement in left)  # from ``__future__``
        if not is_late and not any(word in code for word in _DECLARATIONS):
            try:
                compile_tree(ast.Module(left if future is None else [future, *left], []))
                return
            except (SyntaxError, Unparsable):
                pass  # the whole file tells which fault comes first, and where
    compile_tree(tree)


def _future(tree: ast.Module) -> ast.stmt | None:
    """Returns the import from ``__future__`` where it is the first statement and nothing can be refused."""
    for statement in tree.body[:2]:
        if type(statement) is ast.ImportFrom and statement.module == "__future__":
            return statement if all(alias.name in _FUTURE_FEATURES for alias in statement.names) else None
        if type(statement) is not ast.Expr or not _is_text(statement.value):
            return None
    return None


def _is_text(node: ast.expr) -> bool:
    return type(node) is ast.Constant and type(node.value) is str


def _left(body: list[ast.stmt], seen: Collection[ast.AST], depth: int) -> list[ast.stmt]:
    """Returns what must be compiled of a block."""
    kept: list[ast.stmt] = []
    for statement in body:
        kind = type(statement)
        if statement in seen and not (kind is ast.ImportFrom and statement.module == "__future__"):  # type: ignore[attr-defined]
            continue
        if kind in _WITHIN and depth < MOST_BLOCKS:
            kept += _WITHIN[kind](statement, seen, depth + 1)
        elif not is_plain(statement):
            kept.append(statement)
    return kept


def _left_of_with(statement: ast.With, seen: Collection[ast.AST], depth: int) -> list[ast.stmt]:
    items = [item for item in statement.items if item not in seen and not is_plain(item)]
    body = _left(statement.body, seen, depth)
    return [ast.With(items or [_NO_MANAGER], body or [_NOTHING], None, **_PLACE)] if items or body else []


def _left_of_if(statement: ast.If, seen: Collection[ast.AST], depth: int) -> list[ast.stmt]:
    body, orelse = _left(statement.body, seen, depth), _left(statement.orelse, seen, depth)
    if not body and not orelse and is_plain(statement.test):
        return []
    return [ast.If(statement.test, body or [_NOTHING], orelse, **_PLACE)]


def _left_of_for(statement: ast.For, seen: Collection[ast.AST], depth: int) -> list[ast.stmt]:
    body, orelse = _left(statement.body, seen, depth), _left(statement.orelse, seen, depth)
    if not body and not orelse and is_plain(statement.target, statement.iter):
        return []
    return [ast.For(statement.target, statement.iter, body or [_NOTHING], orelse, None, **_PLACE)]


_WITHIN: dict[type[ast.stmt], Any] = {
    ast.With: _left_of_with,
    ast.If: _left_of_if,
    ast.For: _left_of_for,
}
