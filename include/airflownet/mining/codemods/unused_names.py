"""Removes imports, constants and functions that only the removed code had used.

So go constants that a transform made and a later one has no use for. What the file did not use before is
the author's business and stays.
"""

# LibCST and ast call these methods by name, with both nodes.
# ruff: noqa: ARG002, N802

from __future__ import annotations

import ast
from typing import Any

import libcst as cst

from airflownet.mining.codemods.selective import SelectiveTransformer
from airflownet.mining.codemods.statements import bound_name, tidy_start, without_aliases

_PURE_CALLS = ("bool", "str", "int", "float", "get", "getenv", "join", "replace", "lower", "getLogger")


def remove_newly_unused(text: str, before: str) -> str:
    """Returns the text without module names that ``before`` used and the text no longer does."""
    if text == before:
        return text
    tree_before = ast.parse(before)
    used_before = _used(tree_before)
    known_before = used_before | _bound(tree_before)
    while True:
        tree = ast.parse(text)
        used = _used(tree) | _exported(tree)
        unused = used_before - used
        removable = _bound_purely(tree) & (unused | (_bound(tree) - known_before - used))
        imports = unused & _imported(tree)
        if not removable and not imports:
            return text
        new = cst.parse_module(text).visit(_Remover(tree, removable, imports)).code
        if new == text:
            return text
        text = new


def _used(tree: ast.AST) -> set[str]:
    """Names read anywhere, also those in annotations and casts written as text."""
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load | ast.Del):
            used.add(node.id)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "cast" and node.args:
            used |= _names_in_text(node.args[0])
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            used |= _names_in_text(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns:
            used |= _names_in_text(node.returns)
    return used


def _bound(tree: ast.AST) -> set[str]:
    return {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _names_in_text(node: ast.AST) -> set[str]:
    names: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            try:
                inner = ast.parse(part.value, mode="eval")
            except (SyntaxError, ValueError):
                continue
            names |= {name.id for name in ast.walk(inner) if isinstance(name, ast.Name)}
    return names


def _exported(tree: ast.Module) -> set[str]:
    return {
        item.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "__all__" for t in node.targets)
        for item in ast.walk(node.value)
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    }


def _imported(tree: ast.AST) -> set[str]:
    return {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__"
        for alias in node.names
    }


def _bound_purely(tree: ast.Module) -> set[str]:
    """Names that the module binds only by assignments without effect and undecorated functions."""
    pure: set[str] = set()
    impure: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            impure.add(node.id)
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and not statement.decorator_list:
            pure.add(statement.name)
        elif (
            isinstance(statement, ast.Assign | ast.AnnAssign)
            and statement.value
            and _is_pure(statement.value)
        ):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if len(targets) == 1 and isinstance(targets[0], ast.Name):
                pure.add(targets[0].id)
                impure.discard(targets[0].id)
    return pure - impure


def _is_pure(value: ast.expr) -> bool:
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in _PURE_CALLS:
                return False
        elif isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
    return True


class _Remover(SelectiveTransformer):
    """Removes module-level bindings, and imports at any depth."""

    def __init__(self, tree: ast.Module, names: set[str], imports: set[str]) -> None:
        super().__init__(tree, lambda _: False)
        self.names, self.imports = names, imports
        self.depth = 0

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self.depth += 1

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        self.depth -= 1
        return updated_node.with_changes(body=tidy_start(original_node.body, updated_node.body))

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        gone = not self.depth and updated_node.name.value in self.names
        return cst.RemoveFromParent() if gone else updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        body = [new for old in updated_node.body if (new := self._statement(old)) is not None]
        return updated_node.with_changes(body=body) if body else cst.RemoveFromParent()

    def leave_Try(self, original_node: cst.Try, updated_node: cst.Try) -> Any:
        return updated_node if getattr(updated_node.body, "body", ()) else cst.RemoveFromParent()

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> Any:
        return updated_node if updated_node.body.body or updated_node.orelse else cst.RemoveFromParent()

    def _statement(self, node: cst.BaseSmallStatement) -> cst.BaseSmallStatement | None:
        if isinstance(node, cst.ImportFrom | cst.Import):
            names = () if isinstance(node.names, cst.ImportStar) else node.names
            gone = {bound_name(alias) for alias in names} & self.imports
            return without_aliases(node, gone) if gone else node
        if self.depth:
            return node
        if isinstance(node, cst.Assign) and len(node.targets) == 1:
            target: cst.BaseExpression = node.targets[0].target
        elif isinstance(node, cst.AnnAssign):
            target = node.target
        else:
            return node
        return None if isinstance(target, cst.Name) and target.value in self.names else node
