"""Removes the harness's tasks and their edges: the watcher, the test run, connections made for a test.

``a >> harness >> b`` becomes ``a >> b``; ``chain`` calls and lists in edges lose the element.
"""

# LibCST and ast call these methods by name, with both nodes.
# ruff: noqa: ARG002, N802

from __future__ import annotations

import ast
from typing import Any

import libcst as cst

from airflownet.mining.codemods.dead_tasks import dead_names, plain_names
from airflownet.mining.codemods.harness_names import is_harness_module
from airflownet.mining.codemods.scopes import Key, ScopedTransformer, Scopes
from airflownet.mining.codemods.selective import mentions
from airflownet.mining.codemods.statements import dotted, module_of, root_name, tidy_start, without_aliases

_EDGE_FUNCTIONS = ("chain", "chain_linear", "cross_downstream", "set_upstream", "set_downstream")
_REMOVED = "__removed__"
_Line = cst.SimpleStatementLine


def remove_harness_tasks(text: str) -> str:
    """Returns the text without the harness's imports, tasks and edges.

    Text has no place in an edge, so constants that stand for what a harness task gave leave the edges too.
    What cannot be taken out this way stays, and is found by the check that follows.
    """
    tree = ast.parse(text)
    scopes = Scopes(tree)
    dead = dead_names(tree, scopes)
    remover = _Remover(scopes, dead, plain_names(scopes))
    return cst.parse_module(text).visit(remover).code if remover.has_work else text


class _Remover(ScopedTransformer):
    def __init__(self, scopes: Scopes, dead: set[Key], plain: set[Key]) -> None:
        of_harness = mentions({name for _, name in dead})
        of_text = mentions({name for _, name in plain})
        super().__init__(scopes, set(), lambda node: of_harness(node) or (_is_edge(node) and of_text(node)))
        self.dead, self.plain = dead, plain
        self.n_removed = 0
        self.in_edge = [False]
        self.count_at_start: list[int] = []

    def _is_removed(self, node: cst.BaseExpression) -> bool:
        name = root_name(node)
        return bool(name) and (name == _REMOVED or self.key(name) in self.dead)

    def _is_no_task(self, node: cst.BaseExpression) -> bool:
        is_plain = isinstance(node, cst.Name) and self.key(node.value) in self.plain
        return is_plain or isinstance(node, cst.BaseString)

    def visit_Call(self, node: cst.Call) -> None:
        self.in_edge.append(dotted(node.func).rpartition(".")[2] in _EDGE_FUNCTIONS)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not self.in_edge.pop():
            return updated_node
        args = self._kept(updated_node.args, in_edge=True)
        if len(args) == len(updated_node.args):
            return updated_node
        return updated_node.with_changes(args=args) if args else cst.Name(_REMOVED)

    def visit_Comparison(self, node: cst.Comparison) -> None:
        self.in_edge.append(False)

    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.Comparison:
        self.in_edge.pop()
        return updated_node

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        is_edge = isinstance(node.operator, cst.RightShift | cst.LeftShift)
        self.in_edge.append(is_edge)

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if not self.in_edge.pop():
            return updated_node
        left, right = updated_node.left, updated_node.right
        for side, other in ((left, right), (right, left)):
            if self._is_removed(side) or self._is_no_task(side):
                self.n_removed += 1
                if not other.lpar:
                    return other.with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)
                return other
        return updated_node

    def leave_List(self, original_node: cst.List, updated_node: cst.List) -> cst.BaseExpression:
        return self._elements(updated_node)

    def leave_Tuple(self, original_node: cst.Tuple, updated_node: cst.Tuple) -> cst.BaseExpression:
        return self._elements(updated_node)

    def _elements(self, node: cst.List | cst.Tuple) -> cst.BaseExpression:
        if not self.in_edge[-1] and not any(self._is_removed(element.value) for element in node.elements):
            return node
        kept = self._kept(node.elements, in_edge=self.in_edge[-1])
        if len(kept) == len(node.elements):
            return node
        if not kept:
            return cst.Name(_REMOVED)
        # chain() takes lists side by side only when they are equally long, so no list of one is left.
        is_one = len(kept) == 1 and self.in_edge[-1] and not isinstance(kept[0], cst.StarredElement)
        return kept[0].value if is_one else node.with_changes(elements=kept)

    def _kept(self, items: Any, *, in_edge: bool) -> list[Any]:
        """Returns the arguments or elements that are tasks of the user; the last keeps the last comma."""
        kept = [
            item
            for item in items
            if not self._is_removed(item.value) and not (in_edge and self._is_no_task(item.value))
        ]
        self.n_removed += len(items) - len(kept)
        if kept and kept[-1] is not items[-1]:
            kept[-1] = kept[-1].with_changes(comma=items[-1].comma)
        return kept

    def visit_SimpleStatementLine(self, node: _Line) -> None:
        self.count_at_start.append(self.n_removed)

    def leave_SimpleStatementLine(
        self, original_node: _Line, updated_node: _Line
    ) -> _Line | cst.RemovalSentinel:
        has_changed = self.n_removed != self.count_at_start.pop()
        body = [new for old in updated_node.body if (new := self._statement(old, has_changed)) is not None]
        if not body:
            return cst.RemoveFromParent()
        return (
            updated_node
            if len(body) == len(updated_node.body)
            and all(a is b for a, b in zip(body, updated_node.body, strict=True))
            else updated_node.with_changes(body=body)
        )

    def _statement(self, node: cst.BaseSmallStatement, has_changed: bool) -> cst.BaseSmallStatement | None:
        if isinstance(node, cst.ImportFrom) and is_harness_module(module_of(node)):
            kept = without_aliases(node, {name for path, name in self.dead if path == self.path})
            return kept
        if isinstance(node, cst.Import):
            return without_aliases(node, {name for path, name in self.dead if path == self.path})
        if isinstance(node, cst.Assign) and len(node.targets) == 1:
            target = node.targets[0].target
        elif isinstance(node, cst.AnnAssign):
            target = node.target
        elif isinstance(node, cst.Expr):
            gone = self._is_removed(node.value) or (has_changed and _is_inert(node.value))
            return None if gone else node
        else:
            return node
        return None if self._is_removed(target) else node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        is_dead = (self.path[:-1], updated_node.name.value) in self.dead
        return cst.RemoveFromParent() if is_dead else updated_node

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        return updated_node.with_changes(body=tidy_start(original_node.body, updated_node.body))

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> Any:
        return _unless_empty(updated_node)

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> Any:
        return updated_node if updated_node.orelse else _unless_empty(updated_node)

    def leave_Try(self, original_node: cst.Try, updated_node: cst.Try) -> Any:
        return _unless_empty(updated_node)


def _is_edge(statement: ast.stmt) -> bool:
    """True where a shift or a call of an edge function may stand."""
    for node in ast.walk(statement):
        if isinstance(node, ast.LShift | ast.RShift):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _EDGE_FUNCTIONS:
                return True
    return False


def _unless_empty(node: Any) -> Any:
    return node if node.body.body else cst.RemoveFromParent()


def _is_inert(node: cst.BaseExpression) -> bool:
    """True for an expression that, standing alone, does nothing."""
    if isinstance(node, cst.List | cst.Tuple):
        return all(_is_inert(element.value) for element in node.elements)
    if isinstance(node, cst.Call):
        name = dotted(node.func)
        if name == "list" or name in _EDGE_FUNCTIONS:
            return len(node.args) == 1 and not node.args[0].star and _is_inert(node.args[0].value)
        return False
    return isinstance(node, cst.Name | cst.Attribute | cst.BaseString | cst.ListComp)
