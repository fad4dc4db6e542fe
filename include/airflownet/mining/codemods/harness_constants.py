"""Gives the harness's constants and settings plain values: project ids, Beam paths, models, variables."""

# LibCST and ast call these methods by name, with both nodes.
# ruff: noqa: ARG002, N802

from __future__ import annotations

import ast
import re

import libcst as cst

from airflownet.mining.codemods.harness_names import ENV_ID_VARIABLE, is_harness_module, mentions_harness
from airflownet.mining.codemods.placeholders import CALLS, CONSTANTS, PROJECT_ID, variable_value
from airflownet.mining.codemods.selective import SelectiveTransformer, mentions
from airflownet.mining.codemods.statements import dotted, module_of, without_aliases

_PREFIX = "SYSTEM_TESTS_"
_READERS = ("os.environ.get", "os.getenv", "environ.get", "getenv")
_INLINE = ("DEFAULT_GCP_SYSTEM_TEST_PROJECT_ID",)
_MOVED = {"EmptyOperator": "airflow.providers.standard.operators.empty"}
_SPLIT = "split_string"
_SETTING_NAME = re.compile(rf"(?<![\"'\w$`]){_PREFIX}(DIR)\b")


def plain_harness_constants(text: str) -> str:
    """Returns the text with constants, helper calls and ``SYSTEM_TESTS_*`` variables as literals.

    The test run's own id (``SYSTEM_TESTS_ENV_ID``) is left to its own transform.
    """
    if not mentions_harness(text):
        return text
    text = _SETTING_NAME.sub(lambda match: f"DAG_{match[1]}", text)
    tree = ast.parse(text)
    names: set[str] = set()
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and is_harness_module(node.module or ""):
            names |= {alias.asname or alias.name for alias in node.names}
            modules |= {alias.asname or alias.name for alias in node.names if alias.name == "llm_models"}
    known = names & {*CONSTANTS, *CALLS, *_MOVED, _SPLIT} | modules
    if not known and _PREFIX not in text.replace(ENV_ID_VARIABLE, ""):
        return text
    return cst.parse_module(text).visit(_Constants(tree, known)).code


class _Constants(SelectiveTransformer):
    def __init__(self, tree: ast.Module, known: set[str]) -> None:
        named = mentions(known)
        super().__init__(tree, lambda statement: named(statement) or _reads_variable(statement))
        self.known = known

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel | cst.FlattenSentinel[cst.BaseStatement]:
        statement = updated_node.body[0]
        if not isinstance(statement, cst.ImportFrom) or not is_harness_module(module_of(statement)):
            return updated_node
        if isinstance(statement.names, cst.ImportStar):
            return updated_node
        lines = [
            line for name in sorted(self.known) for line in _definition(name) if _imports(statement, name)
        ]
        lines.sort(key=lambda line: not line.startswith("from "))
        kept = without_aliases(statement, self.known)
        new: list[cst.BaseStatement] = [cst.parse_statement(line) for line in lines]
        if kept is not None:
            new.insert(0, updated_node.with_changes(body=[kept]))
        if not new:
            return cst.RemoveFromParent()
        new[0] = new[0].with_changes(leading_lines=updated_node.leading_lines)
        return cst.FlattenSentinel(new)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        name = dotted(updated_node.func)
        head, _, last = name.rpartition(".")
        if last in CALLS and (head or last) in self.known:
            return cst.parse_expression(CALLS[last])
        if name == _SPLIT and name in self.known and len(updated_node.args) == 1:
            method = cst.Attribute(updated_node.args[0].value, cst.Name("split"))
            return cst.Call(method, [cst.Arg(cst.SimpleString('","'))])
        if name in _READERS and updated_node.args:
            return self._variable(updated_node.args[0].value, updated_node.args[1:]) or updated_node
        return updated_node

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        index = updated_node.slice[0].slice
        if dotted(updated_node.value) in ("os.environ", "environ") and isinstance(index, cst.Index):
            return self._variable(index.value, ()) or updated_node
        return updated_node

    def leave_BooleanOperation(
        self, original_node: cst.BooleanOperation, updated_node: cst.BooleanOperation
    ) -> cst.BaseExpression:
        was_read = isinstance(original_node.left, cst.Call | cst.Subscript)
        if was_read and isinstance(updated_node.left, cst.SimpleString):
            return updated_node.left if isinstance(updated_node.operator, cst.Or) else updated_node
        return updated_node

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        return updated_node.with_changes(value=self._inline(updated_node.value))

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(value=self._inline(updated_node.value))

    def _inline(self, value: cst.BaseExpression) -> cst.BaseExpression:
        name = dotted(value)
        return cst.SimpleString(PROJECT_ID) if name in _INLINE and name in self.known else value

    def _variable(self, key: cst.BaseExpression, rest: object) -> cst.BaseExpression | None:
        name = key.evaluated_value if isinstance(key, cst.SimpleString) else None
        if not isinstance(name, str) or not name.startswith(_PREFIX) or name == ENV_ID_VARIABLE:
            return None
        name = name.removeprefix(_PREFIX)
        if name == "GCP_PROJECT":
            return cst.SimpleString(PROJECT_ID)
        default = rest[0].value if isinstance(rest, list | tuple) and rest else None
        if isinstance(default, cst.SimpleString) and default.evaluated_value not in ("", "default"):
            return default
        return cst.parse_expression(variable_value(name))


def _reads_variable(statement: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(_PREFIX)
        for node in ast.walk(statement)
    )


def _imports(statement: cst.ImportFrom, name: str) -> bool:
    names = () if isinstance(statement.names, cst.ImportStar) else statement.names
    return any(alias.evaluated_name == name and alias.evaluated_alias in (None, name) for alias in names)


def _definition(name: str) -> list[str]:
    """Returns the statements that bind a name which a harness module gave."""
    if name in _MOVED:
        return [f"from {_MOVED[name]} import {name}\n"]
    if name not in CONSTANTS or name in _INLINE:
        return []
    first = ["from datetime import datetime\n"] if name == "START_DATE" else []
    return [*first, f"{name} = {CONSTANTS[name]}\n"]
