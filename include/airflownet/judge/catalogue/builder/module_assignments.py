"""What an assignment at the top level of a module binds."""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.catalogue.builder.comprehensions import bind_target
from airflownet.judge.catalogue.builder.evaluate import evaluate
from airflownet.judge.catalogue.builder.module_names import ModuleNames
from airflownet.judge.catalogue.builder.signatures import text_of
from airflownet.judge.catalogue.builder.values import ModuleRaisesError, UnresolvedError


class ModuleAssignments(ModuleNames):
    """``name = value`` and its relatives."""

    def assign(self, targets: list[ast.expr], value_node: ast.expr) -> None:
        """Binds the targets to the value of an expression."""
        entry = self.entry_of(value_node)
        try:
            value = evaluate(value_node, self)
            known = True
        except UnresolvedError:
            value, known = None, False
        except ModuleRaisesError as raised:
            if raised.kind == "KeyError":  # the table may hold more than the text shows
                value, known = None, False
            else:
                raise
        for target in targets:
            self.assign_target(target, entry, value, known)

    def assign_target(self, target: ast.expr, entry: list[Any], value: Any, known: bool) -> None:
        """Binds one target; ``value`` counts when it is ``known``."""
        if isinstance(target, ast.Name):
            self.bind(target.id, entry)
            if known:
                self.values[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                self.assign_target(element, ["v", None], None, False)
            if known:
                try:
                    self.values.update(bind_target(target, value))
                except (UnresolvedError, TypeError):
                    return
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self._store_item(target, value, known)
        elif isinstance(target, ast.Subscript) and ast.unparse(target.value) == "globals()":
            self._store_global(target.slice, entry, value, known)

    def _store_item(self, target: ast.Subscript, value: Any, known: bool) -> None:
        assert isinstance(target.value, ast.Name)
        container = self.values.get(target.value.id)
        if not isinstance(container, dict):
            return
        try:
            key = evaluate(target.slice, self)
        except UnresolvedError:
            return
        container[key] = value if known else None

    def _store_global(self, key: ast.expr, entry: list[Any], value: Any, known: bool) -> None:
        """``globals()["NAME"] = value``."""
        try:
            name = evaluate(key, self)
        except UnresolvedError:
            return
        if isinstance(name, str) and name.isidentifier():
            self.assign_target(ast.Name(name, ast.Store()), entry, value, known)

    def entry_of(self, node: ast.expr) -> list[Any]:
        """Returns the entry for ``name = node``."""
        if isinstance(node, ast.Name | ast.Attribute):
            return self._alias(node)
        if isinstance(node, ast.IfExp) and (outcome := self.test(node.test)) is not None:
            return self.entry_of(node.body if outcome else node.orelse)
        if isinstance(node, ast.Call):
            built_with = self.dotted(node.func)
            return ["v", text_of(node), built_with] if built_with else ["v", text_of(node)]
        return ["v", text_of(node)]

    def _alias(self, node: ast.Name | ast.Attribute) -> list[Any]:
        if isinstance(node, ast.Name) and node.id in self.entries:
            entry = self.entries[node.id]
            return ["e", f"{self.path}.{node.id}"] if entry[0] in "cf" else list(entry)
        path = self.dotted(node)
        return ["e", path] if path else ["v", text_of(node)]

    def augmented(self, node: ast.AugAssign) -> None:
        """``name += value``, for lists such as ``__all__``."""
        if isinstance(node.target, ast.Name):
            operation = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
            self.assign([node.target], operation)
