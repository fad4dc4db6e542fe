"""Which function of a module binds which name, and to what.

A deliberately small model of Python's scoping: comprehension variables count as bound by the function
around them, which can only make an answer more careful.
"""

# LibCST and ast call these methods by name, with both nodes.

from __future__ import annotations

import ast
from collections import defaultdict
from typing import Any

import libcst as cst

from airflownet.mining.codemods.selective import Matters, SelectiveTransformer, mentions

Path = tuple[str, ...]
"""Names of the functions and classes around a place, outermost first; empty for the module."""
Key = tuple[Path, str]
"""A name and the scope that binds it."""
_NAMED = frozenset({cst.FunctionDef, cst.ClassDef})


class Scopes(ast.NodeVisitor):
    """Bindings of a module."""

    def __init__(self, tree: ast.Module) -> None:
        self.bindings: dict[Key, list[ast.AST]] = defaultdict(list)
        """What each name is bound by: the value of a plain assignment, else the binding node itself."""
        self.functions: dict[Key, list[ast.FunctionDef | ast.AsyncFunctionDef]] = defaultdict(list)
        self.names: set[str] = set()
        self.tree = tree
        self._path: Path = ()
        self.visit(tree)

    def owner(self, path: Path, name: str) -> Key | None:
        """Returns the key of the binding that a name refers to at a place, None for a builtin."""
        for end in range(len(path), -1, -1):
            if (path[:end], name) in self.bindings:
                return path[:end], name
        return None

    def _bind(self, name: str, node: ast.AST) -> None:
        self.bindings[self._path, name].append(node)
        self.names.add(name)

    def _visit_scope(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self._bind(node.name, node)
        if not isinstance(node, ast.ClassDef):
            self.functions[self._path, node.name].append(node)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._path += (node.name,)
        for field, value in ast.iter_fields(node):
            if field != "decorator_list":
                for item in value if isinstance(value, list) else [value]:
                    if isinstance(item, ast.AST):
                        self.visit(item)
        self._path = self._path[:-1]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: D102
        self._visit_scope(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:  # noqa: D102
        self._visit_scope(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: D102
        self._visit_scope(node)

    def visit_arg(self, node: ast.arg) -> None:  # noqa: D102
        self._bind(node.arg, node)
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:  # noqa: D102
        self._bind(node.asname or node.name.split(".")[0], node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:  # noqa: D102
        if node.name:
            self._bind(node.name, node)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:  # noqa: D102
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._bind(target.id, node.value)
            else:
                self.visit(target)
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:  # noqa: D102
        self.visit(node.annotation)
        if isinstance(node.target, ast.Name):
            self._bind(node.target.id, node.value or node)
        else:
            self.visit(node.target)
        if node.value:
            self.visit(node.value)

    def visit_Name(self, node: ast.Name) -> None:  # noqa: D102
        self.names.add(node.id)
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, node)


class ScopedTransformer(SelectiveTransformer):
    """A transformer of the statements that mention some names; it knows in which function it is."""

    def __init__(self, scopes: Scopes, names: set[str], matters: Matters | None = None) -> None:
        super().__init__(scopes.tree, matters or mentions(names))
        self.scopes = scopes
        self.path: Path = ()

    def on_visit(self, node: cst.CSTNode) -> bool:  # noqa: D102
        if type(node) in _NAMED:
            self.path += (node.name.value,)  # type: ignore[attr-defined]
        return super().on_visit(node)

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:  # noqa: D102
        result = super().on_leave(original_node, updated_node)
        if type(original_node) in _NAMED:
            self.path = self.path[:-1]
        return result

    def key(self, name: str) -> Key | None:
        """Returns what a name refers to here."""
        return self.scopes.owner(self.path, name)
