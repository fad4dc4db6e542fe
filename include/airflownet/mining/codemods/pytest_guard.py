"""Removes what a DAG file does only when pytest collects it: skip marks, and guards that skip the module."""

# LibCST and ast call these methods by name, with both nodes.
# ruff: noqa: ARG002, N802

from __future__ import annotations

import ast

import libcst as cst

from airflownet.mining.codemods.harness_names import mentions_harness
from airflownet.mining.codemods.selective import SelectiveTransformer
from airflownet.mining.codemods.statements import dotted

_SKIPS = ("pytest.skip", "pytest.importorskip")


def remove_pytest_guards(text: str) -> str:
    """Returns the text without skip marks.

    ``try: import ... except ImportError: pytest.skip(...)`` becomes the import.
    """
    if "pytest" not in text or not mentions_harness(text):
        return text
    return cst.parse_module(text).visit(_Guards(ast.parse(text))).code


class _Guards(SelectiveTransformer):
    def __init__(self, tree: ast.Module) -> None:
        super().__init__(tree, lambda _: False)

    def leave_Try(
        self, original_node: cst.Try, updated_node: cst.Try
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        body = updated_node.body
        only_skips = all(_only_skips(handler.body) for handler in original_node.handlers)
        if updated_node.orelse or updated_node.finalbody or not only_skips or not original_node.handlers:
            return updated_node
        if not isinstance(body, cst.IndentedBlock) or not body.body:
            return updated_node
        first, *rest = body.body
        lines = [*updated_node.leading_lines, *getattr(first, "leading_lines", ())]
        return cst.FlattenSentinel([first.with_changes(leading_lines=lines), *rest])

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        if len(updated_node.body) != 1:
            return updated_node
        statement = updated_node.body[0]
        if isinstance(statement, cst.Assign):
            if any(dotted(target.target) == "pytestmark" for target in statement.targets):
                return cst.RemoveFromParent()
        elif (
            isinstance(statement, cst.Expr)
            and isinstance(statement.value, cst.Call)
            and dotted(statement.value.func) == "pytest.importorskip"
        ):
            return cst.RemoveFromParent()
        return updated_node


def _only_skips(block: cst.BaseSuite) -> bool:
    if not isinstance(block, cst.IndentedBlock) or len(block.body) != 1:
        return False
    line = block.body[0]
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return False
    statement = line.body[0]
    return (
        isinstance(statement, cst.Expr)
        and isinstance(statement.value, cst.Call)
        and dotted(statement.value.func) in _SKIPS
    )
