"""Takes the id of the test run out of names.

``f"bucket_{DAG_ID}_{ENV_ID}"`` becomes ``f"bucket_{DAG_ID}"``, and ``f"{env_id}-bucket"`` becomes
``"my-bucket"``. Where the id is used in another way than as a part of a name, it becomes the constant
``ENVIRONMENT``.
"""

# LibCST and ast call these methods by name, with both nodes.
# ruff: noqa: ARG002, N802

from __future__ import annotations

import ast

import libcst as cst

from airflownet.mining.codemods.harness_names import ENV_ID_FUNCTION, ENV_ID_VARIABLE, mentions_harness
from airflownet.mining.codemods.placeholders import ENVIRONMENT
from airflownet.mining.codemods.scopes import Key, ScopedTransformer, Scopes

_SEPARATORS = "-_/"
_FIRST = "my"
_Piece = cst.BaseFormattedStringContent


def remove_environment_id(text: str) -> str:
    """Returns the text without the test run's id."""
    if not (ENV_ID_VARIABLE in text or ENV_ID_FUNCTION in text) or not mentions_harness(text):
        return text
    scopes = Scopes(ast.parse(text))
    env: set[Key] = set()
    size = -1
    while size != len(env):
        size = len(env)
        for key, values in scopes.bindings.items():
            if values and all(_is_env_id(value, key, scopes, env) for value in values):
                env.add(key)
    if not env:
        return text
    name = next(n for n in ("ENVIRONMENT", "ENVIRONMENT_NAME", "TARGET_ENVIRONMENT") if n not in scopes.names)
    return cst.parse_module(text).visit(_Remover(scopes, env, name)).code


def _is_env_id(value: ast.AST, key: Key, scopes: Scopes, env: set[Key]) -> bool:
    if isinstance(value, ast.BoolOp):
        return isinstance(value.op, ast.Or) and _is_env_id(value.values[0], key, scopes, env)
    if isinstance(value, ast.IfExp):
        return all(_is_env_id(part, key, scopes, env) for part in (value.test, value.body))
    if isinstance(value, ast.Name):
        return scopes.owner(key[0], value.id) in env
    if isinstance(value, ast.Subscript):
        return isinstance(value.slice, ast.Constant) and value.slice.value == ENV_ID_VARIABLE
    if isinstance(value, ast.Call):
        if isinstance(value.func, ast.Name) and value.func.id == ENV_ID_FUNCTION:
            return True
        if value.args and isinstance(value.args[0], ast.Constant) and value.args[0].value == ENV_ID_VARIABLE:
            return True
        if isinstance(value.func, ast.Attribute) and value.func.attr in ("lower", "replace", "upper"):
            return _is_env_id(value.func.value, key, scopes, env)
    return False


class _Remover(ScopedTransformer):
    def __init__(self, scopes: Scopes, env: set[Key], name: str) -> None:
        super().__init__(scopes, {name for _, name in env})
        self.env, self.name = env, name
        self.is_needed = False

    def _is_env(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Name) and self.key(node.value) in self.env

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        return not self._has_env(node)

    def _has_env(self, node: cst.FormattedString) -> bool:
        return any(
            isinstance(p, cst.FormattedStringExpression) and self._is_env(p.expression) for p in node.parts
        )

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        if not self._has_env(original_node):
            return updated_node
        parts = self._without_env(list(original_node.parts))
        if not any(_says_something(part) for part in parts):
            parts = [self._renamed(part) for part in original_node.parts]
        if any(isinstance(part, cst.FormattedStringExpression) for part in parts):
            return original_node.with_changes(parts=parts)
        text = "".join(part.value for part in parts if isinstance(part, cst.FormattedStringText))
        prefix = original_node.start.lower().rstrip("\"'").replace("f", "")
        quote = original_node.end
        return cst.SimpleString(
            prefix + quote + text.replace("{{", "{").replace("}}", "}") + quote,
            lpar=original_node.lpar,
            rpar=original_node.rpar,
        )

    def _without_env(self, parts: list[_Piece]) -> list[_Piece]:
        kept: list[_Piece] = []
        for position, part in enumerate(parts):
            if not (isinstance(part, cst.FormattedStringExpression) and self._is_env(part.expression)):
                kept.append(part)
                continue
            left = kept[-1] if kept else None
            right = parts[position + 1] if position + 1 < len(parts) else None
            left_text = left.value if isinstance(left, cst.FormattedStringText) else ""
            right_text = right.value if isinstance(right, cst.FormattedStringText) else ""
            if left_text and left_text[-1] in _SEPARATORS and not left_text.endswith("//"):
                kept[-1] = cst.FormattedStringText(left_text[:-1])
            elif right_text[:1] == "/" and left is None:
                parts[position + 1] = cst.FormattedStringText(right_text[1:])
            elif right_text[:1] in ("-", "_") and (left is None or left_text.endswith("/")):
                kept.append(cst.FormattedStringText(_FIRST))
            elif left is None or not left_text[-1:].isalnum():
                kept.append(self._renamed(part))
        return [part for part in kept if not (isinstance(part, cst.FormattedStringText) and not part.value)]

    def _renamed(self, part: _Piece) -> _Piece:
        if isinstance(part, cst.FormattedStringExpression) and self._is_env(part.expression):
            self.is_needed = True
            return part.with_changes(expression=cst.Name(self.name))
        return part

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        if not self._is_env(original_node):
            return updated_node
        self.is_needed = True
        return updated_node.with_changes(value=self.name)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:
        return not self._binds_env(node)

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        if not self._binds_env(original_node):
            return updated_node
        return original_node if not self.path else cst.RemoveFromParent()

    def _binds_env(self, node: cst.CSTNode) -> bool:
        line = node.body[0] if isinstance(node, cst.SimpleStatementLine) else None
        target: cst.CSTNode | None = None
        if isinstance(line, cst.Assign) and len(line.targets) == 1:
            target = line.targets[0].target
        elif isinstance(line, cst.AnnAssign):
            target = line.target
        return target is not None and self._is_env(target)

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        return updated_node.visit(_Bindings(self))


class _Bindings(ScopedTransformer):
    """Puts the constant, if needed, in the place of the first binding of the id; drops the others."""

    def __init__(self, remover: _Remover) -> None:
        super().__init__(remover.scopes, set(), lambda _: False)
        self.remover = remover
        self.is_done = not remover.is_needed

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        if not self.remover._binds_env(original_node):
            return updated_node
        if self.is_done:
            return cst.RemoveFromParent()
        self.is_done = True
        new = cst.parse_statement(f"{self.remover.name} = {ENVIRONMENT}\n")
        assert isinstance(new, cst.SimpleStatementLine)
        return new.with_changes(leading_lines=updated_node.leading_lines)


def _says_something(part: _Piece) -> bool:
    if isinstance(part, cst.FormattedStringText):
        return any(letter.isalnum() for letter in part.value)
    return True
