# ruff: noqa: N802 - LibCST calls the visitors by the names of its nodes
"""Walks the string literals and comments of a module, each with the name it is given to."""

from __future__ import annotations

import re

import libcst as cst

from airflownet.mining.redaction.findings import Replacements, redacted_text
from airflownet.mining.redaction.named_values import redacted_value

_LITERAL = re.compile(r"(?s)(?P<open>[A-Za-z]*(?P<quote>\"{3}|'{3}|\"|'))(?P<inner>.*)(?P=quote)")


class LiteralRedactor(cst.CSTTransformer):
    """Rewrites literals and comments; the same value gets the same placeholder throughout the module."""

    def __init__(self) -> None:
        super().__init__()
        self._replacements = Replacements()
        self._names: dict[cst.CSTNode, str] = {}

    def visit_Arg(self, node: cst.Arg) -> None:
        """``password="..."`` in a call."""
        if node.keyword is not None:
            self._name(node.value, node.keyword.value)

    def visit_Param(self, node: cst.Param) -> None:
        """``def connect(password="...")``."""
        if node.default is not None:
            self._name(node.default, node.name.value)

    def visit_DictElement(self, node: cst.DictElement) -> None:
        """``{"password": "..."}``."""
        if (key := _text(node.key)) is not None:
            self._name(node.value, key)

    def visit_Assign(self, node: cst.Assign) -> None:
        """``password = "..."``, ``os.environ["PASSWORD"] = "..."``, ``conn.password = "..."``."""
        for target in node.targets:
            self._name(node.value, _target_name(target.target))

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        """``password: str = "..."``."""
        if node.value is not None:
            self._name(node.value, _target_name(node.target))

    def visit_Call(self, node: cst.Call) -> None:
        """``Variable.set("password", "...")``, ``os.getenv("PASSWORD", "...")``: the name comes first."""
        positional = [argument.value for argument in node.args if argument.keyword is None]
        if len(positional) >= 2 and (name := _text(positional[0])) is not None:
            self._name(positional[1], name)

    def leave_SimpleString(self, original: cst.SimpleString, updated: cst.SimpleString) -> cst.SimpleString:
        """One literal."""
        matched = _LITERAL.fullmatch(original.value)
        if matched is None:
            return updated
        inner = matched["inner"]
        new = redacted_value(self._names.get(original, ""), inner, self._replacements)
        return (
            updated if new == inner else updated.with_changes(value=matched["open"] + new + matched["quote"])
        )

    def leave_FormattedStringText(
        self, original: cst.FormattedStringText, updated: cst.FormattedStringText
    ) -> cst.FormattedStringText:
        """The text between the braces of an f-string."""
        new = redacted_text(original.value, self._replacements)
        return updated if new == original.value else updated.with_changes(value=new)

    def leave_Comment(self, original: cst.Comment, updated: cst.Comment) -> cst.Comment:
        """One comment."""
        new = redacted_text(original.value, self._replacements)
        return updated if new == original.value else updated.with_changes(value=new)

    def _name(self, value: cst.BaseExpression, name: str) -> None:
        if isinstance(value, cst.SimpleString) and name:
            self._names.setdefault(value, name)


def _text(node: cst.BaseExpression) -> str | None:
    if isinstance(node, cst.SimpleString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def _target_name(target: cst.BaseExpression) -> str:
    if isinstance(target, cst.Name):
        return target.value
    if isinstance(target, cst.Attribute):
        return target.attr.value
    if isinstance(target, cst.Subscript) and len(target.slice) == 1:
        index = target.slice[0].slice
        return (_text(index.value) or "") if isinstance(index, cst.Index) else ""
    return ""
