"""A LibCST transformer that steps only into the statements that matter, which makes it some ten times faster.

``ast`` and LibCST list the simple statements of a file in the same order, so a statement chosen on the
quick ``ast`` tree is known by its position.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import libcst as cst

Matters = Callable[[ast.stmt], bool]
"""Tells whether a transform has to look into a simple statement."""

_COMPOUND = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.TryStar,
    ast.Match,
)
_SIMPLE = (cst.SimpleStatementLine, cst.SimpleStatementSuite)
_STATEMENTS = frozenset(
    {
        cst.SimpleStatementLine,
        cst.ClassDef,
        cst.For,
        cst.FunctionDef,
        cst.If,
        cst.Match,
        cst.Try,
        cst.TryStar,
        cst.While,
        cst.With,
    }
)


class SelectiveTransformer(cst.CSTTransformer):
    """Visits the inside of a simple statement only where ``matters`` says so; headers are always visited."""

    def __init__(self, tree: ast.Module, matters: Matters) -> None:
        super().__init__()
        self._matters = [matters(statement) for statement in simple_statements(tree)]
        self.has_work = any(self._matters)
        """Whether any statement matters at all."""
        self._position = 0
        self._blank_lines_above = 0
        self.carried: list[int] = []
        """For each statement around this place: blank lines of removed statements right above it."""

    def on_visit(self, node: cst.CSTNode) -> bool:  # noqa: D102
        kind = type(node)
        if kind in _STATEMENTS:
            self.carried.append(self._blank_lines_above)
            self._blank_lines_above = 0
        wanted = super().on_visit(node)
        if isinstance(node, _SIMPLE):
            start, self._position = self._position, self._position + len(node.body)
            return wanted and any(self._matters[start : self._position])
        return wanted

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:  # noqa: D102
        result = super().on_leave(original_node, updated_node)
        kind = type(original_node)
        if kind is cst.IndentedBlock:
            self._blank_lines_above = 0
        if kind not in _STATEMENTS:
            return result
        carried = self.carried.pop()
        if isinstance(result, cst.RemovalSentinel):
            self._blank_lines_above = max(carried, blank_lines(original_node))
            return result
        self._blank_lines_above = 0
        if isinstance(result, cst.FlattenSentinel):
            first, *rest = result
            return cst.FlattenSentinel([_with_blank_lines(first, carried), *rest])
        return _with_blank_lines(result, carried)


def blank_lines(statement: cst.CSTNode) -> int:
    """Counts the blank lines that a statement begins with."""
    count = 0
    for line in getattr(statement, "leading_lines", ()):
        if line.comment is not None:
            break
        count += 1
    return count


def _with_blank_lines(statement: Any, wanted: int) -> Any:
    missing = wanted - blank_lines(statement)
    if missing <= 0 or not hasattr(statement, "leading_lines"):
        return statement
    lines = [*[cst.EmptyLine(indent=False)] * missing, *statement.leading_lines]
    return statement.with_changes(leading_lines=lines)


def simple_statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yields the statements that hold no other statement, in source order."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt) and not isinstance(node, _COMPOUND):
            yield node
            continue
        stack.extend(
            child
            for child in reversed(list(ast.iter_child_nodes(node)))
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case)
        )


def mentions(names: set[str]) -> Matters:
    """Returns a test for statements that read, bind or import one of the names."""

    def matters(statement: ast.stmt) -> bool:
        return isinstance(statement, ast.Import | ast.ImportFrom) or any(
            isinstance(node, ast.Name) and node.id in names for node in ast.walk(statement)
        )

    return matters
