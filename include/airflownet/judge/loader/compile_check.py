"""What Python's compiler refuses although its parser takes it: ``return`` at module level, an argument twice.

Compiling costs two thirds of parsing. Where the interpreter has been through every part of a plain statement
(an expression, an assignment), nothing of it can be refused, so only the rest is compiled: functions,
classes, branches not taken, statements that failed, and kinds of expression that may be evaluated in part.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Any

from airflownet.judge.loader.parsing import Unparsable, compile_tree

PLAIN_STATEMENTS = frozenset({ast.Expr, ast.Assign, ast.AugAssign, ast.Import, ast.ImportFrom})
_ABOUT_THE_WHOLE = ("global", "nonlocal", "__debug__")
"""Words that make the compiler look at one statement because of another."""
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
    if seen and not any(word in code for word in _ABOUT_THE_WHOLE) and _future_comes_first(code, tree):
        try:
            compile_tree(ast.Module(_unseen(tree.body, seen), []))
            return
        except (SyntaxError, Unparsable):
            pass  # the whole file tells which fault comes first, and where
    compile_tree(tree)


def _future_comes_first(code: str, tree: ast.Module) -> bool:
    """Tells whether ``from __future__``, where there is one, stands where it must."""
    n_times = code.count("__future__")
    if n_times == 0:
        return True
    body = tree.body[1:] if ast.get_docstring(tree, clean=False) is not None else tree.body
    return n_times == 1 and isinstance(body[0], ast.ImportFrom) and body[0].module == "__future__"


def _unseen(body: list[ast.stmt], seen: Collection[ast.AST]) -> list[ast.stmt]:
    kept: list[ast.stmt] = []
    for statement in body:
        kind = type(statement)
        if statement in seen and not (kind is ast.ImportFrom and statement.module == "__future__"):  # type: ignore[attr-defined]
            continue
        if kind is ast.With:
            kept.append(_with(statement, seen))  # type: ignore[arg-type]
        elif kind is ast.If or kind is ast.For:
            kept.append(_branches(statement, seen))  # type: ignore[arg-type]
        else:
            kept.append(statement)
    return kept


def _with(statement: ast.With, seen: Collection[ast.AST]) -> ast.With:
    items = [item for item in statement.items if item not in seen]
    return ast.With(items or [_NO_MANAGER], _unseen(statement.body, seen) or [_NOTHING], None, **_PLACE)


def _branches(statement: ast.If | ast.For, seen: Collection[ast.AST]) -> ast.stmt:
    body, orelse = _unseen(statement.body, seen) or [_NOTHING], _unseen(statement.orelse, seen)
    if isinstance(statement, ast.If):
        return ast.If(statement.test, body, orelse, **_PLACE)
    return ast.For(statement.target, statement.iter, body, orelse, None, **_PLACE)
