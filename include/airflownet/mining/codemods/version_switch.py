"""Resolves the harness's version switch, ``if AIRFLOW_V_3_0_PLUS: ... else: ...``, to the modern side."""

# LibCST and ast call these methods by name, with both nodes.
# ruff: noqa: ARG002, N802

from __future__ import annotations

import ast

import libcst as cst

from airflownet.mining.codemods.harness_names import VERSION_SWITCH, is_harness_module, mentions_harness
from airflownet.mining.codemods.selective import SelectiveTransformer, mentions
from airflownet.mining.codemods.statements import module_of, tidy_start, without_aliases


def resolve_version_switch(text: str) -> str:
    """Returns the text with every switch that comes from the harness taken as true."""
    if not (VERSION_SWITCH.search(text) and mentions_harness(text)):
        return text
    tree = ast.parse(text)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and is_harness_module(node.module or "")
        for alias in node.names
        if VERSION_SWITCH.fullmatch(alias.name)
    }
    return cst.parse_module(text).visit(_ModernSide(tree, names)).code if names else text


class _ModernSide(SelectiveTransformer):
    def __init__(self, tree: ast.Module, names: set[str]) -> None:
        super().__init__(tree, mentions(names))
        self.names = names

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom | cst.RemovalSentinel:
        if not is_harness_module(module_of(updated_node)):
            return updated_node
        kept = without_aliases(updated_node, self.names)
        return kept if isinstance(kept, cst.ImportFrom) else cst.RemoveFromParent()

    def leave_If(
        self, original_node: cst.If, updated_node: cst.If
    ) -> cst.BaseStatement | cst.RemovalSentinel | cst.FlattenSentinel[cst.BaseStatement]:
        truth = self._truth(updated_node.test)
        if truth is None:
            return updated_node
        if truth:
            if self.carried[-1]:
                self.carried[-1] = 0
                updated_node = updated_node.with_changes(leading_lines=())
            return _flatten(updated_node.body, updated_node)
        orelse = updated_node.orelse
        if orelse is None:
            return cst.RemoveFromParent()
        if isinstance(orelse, cst.If):
            return orelse.with_changes(leading_lines=updated_node.leading_lines)
        return _flatten(orelse.body, updated_node)

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.BaseExpression:
        truth = self._truth(updated_node.test)
        return updated_node if truth is None else updated_node.body if truth else updated_node.orelse

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(value=self._plain(updated_node.value))

    def leave_DictElement(
        self, original_node: cst.DictElement, updated_node: cst.DictElement
    ) -> cst.DictElement:
        return updated_node.with_changes(value=self._plain(updated_node.value))

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        return updated_node.with_changes(value=self._plain(updated_node.value))

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        return updated_node.with_changes(body=tidy_start(original_node.body, updated_node.body))

    def _truth(self, test: cst.BaseExpression) -> bool | None:
        if isinstance(test, cst.Name) and test.value in self.names:
            return True
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            inner = self._truth(test.expression)
            return None if inner is None else not inner
        return None

    def _plain(self, value: cst.BaseExpression) -> cst.BaseExpression:
        truth = self._truth(value)
        return value if truth is None else cst.Name("True" if truth else "False")


def _flatten(
    block: cst.BaseSuite, around: cst.If
) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
    if not isinstance(block, cst.IndentedBlock):
        return cst.SimpleStatementLine(body=block.body, leading_lines=around.leading_lines)  # type: ignore[arg-type]
    first, *rest = block.body
    lines = [*around.leading_lines, *getattr(first, "leading_lines", ())]
    return cst.FlattenSentinel([first.with_changes(leading_lines=lines), *rest])
