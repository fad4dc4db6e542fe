"""Replaces the test-context task, which fetches variables for a test run, by named constants.

``ROLE_ARN_KEY = "ROLE_ARN"`` and ``test_context[ROLE_ARN_KEY]`` become ``ROLE_ARN = "arn:..."`` and
``ROLE_ARN``. The id of the test run becomes ``ENV_ID`` as in other examples, for the transform that
removes it; the context task itself is then without use and is left to the removal of harness tasks.
"""

# LibCST and ast call these methods by name, with both nodes.
# ruff: noqa: ARG002, N802

from __future__ import annotations

import ast

import libcst as cst

from airflownet.mining.codemods.harness_names import BUILDER, ENV_ID_VARIABLE, mentions_harness
from airflownet.mining.codemods.placeholders import variable_value
from airflownet.mining.codemods.scopes import Key, ScopedTransformer, Scopes

_ENV_ID = "ENV_ID"


def name_test_context(text: str) -> str:
    """Returns the text with each variable of the test context as a module constant."""
    if BUILDER not in text or not mentions_harness(text):
        return text
    tree = ast.parse(text)
    scopes = Scopes(tree)
    builders = {key for key, values in scopes.bindings.items() if values and all(map(_is_builder, values))}
    contexts = {
        key
        for key, values in scopes.bindings.items()
        if values and all(_is_context(value, key, scopes, builders) for value in values)
    }
    if not contexts:
        return text
    variables = _variables(tree, scopes)
    return cst.parse_module(text).visit(_Constants(scopes, contexts, builders, variables)).code


def _is_builder(value: ast.AST) -> bool:
    """True for ``SystemTestContextBuilder()...build()``."""
    while isinstance(value, ast.Call | ast.Attribute):
        value = value.func if isinstance(value, ast.Call) else value.value
    return isinstance(value, ast.Name) and value.id == BUILDER


def _is_context(value: ast.AST, key: Key, scopes: Scopes, builders: set[Key]) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and scopes.owner(key[0], value.func.id) in builders
    )


def _variables(tree: ast.Module, scopes: Scopes) -> dict[str, tuple[str, str]]:
    """Returns key expression's name or text -> (constant's name, its value as Python)."""
    found: dict[str, tuple[str, str]] = {}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not call.args:
            continue
        if call.func.attr != "add_variable" or not _is_builder(call):
            continue
        key, variable = _key_text(call.args[0], scopes)
        options = {option.arg: option.value for option in call.keywords}
        default, split = options.get("default_value"), options.get("split_string")
        if isinstance(default, ast.Constant) and isinstance(default.value, str) and default.value:
            value = f'"{default.value}"'
        else:
            value = variable_value(variable, is_list=isinstance(split, ast.Constant) and bool(split.value))
        name = key.removesuffix("_KEY")
        while name != key and name in scopes.names:
            name += "_VALUE"
        found[key] = (name, value)
    return found


def _key_text(node: ast.expr, scopes: Scopes) -> tuple[str, str]:
    """Returns (name of the key constant, or the variable's own name; the variable's name)."""
    if isinstance(node, ast.Name):
        for value in scopes.bindings.get(((), node.id), []):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                return node.id, value.value
        return node.id, node.id
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "VARIABLE"
    return text, text


class _Constants(ScopedTransformer):
    def __init__(
        self, scopes: Scopes, contexts: set[Key], builders: set[Key], variables: dict[str, tuple[str, str]]
    ) -> None:
        super().__init__(scopes, {name for _, name in contexts} | set(variables))
        self.contexts, self.builders, self.variables = contexts, builders, variables
        self.uses_env_id = False

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        base, index = updated_node.value, updated_node.slice[0].slice
        if not isinstance(base, cst.Name) or self.key(base.value) not in self.contexts:
            return updated_node
        expression = index.value if isinstance(index, cst.Index) else None
        if isinstance(expression, cst.SimpleString):
            text = self._key_of(str(expression.evaluated_value))
        else:
            text = expression.value if isinstance(expression, cst.Name) else ""
        if text in (_ENV_ID, "ENV_ID_KEY"):
            self.uses_env_id = True
            return cst.Name(_ENV_ID)
        return cst.Name(self.variables[text][0]) if text in self.variables else updated_node

    def _key_of(self, variable: str) -> str:
        """Returns the constant that holds a variable's name, else the variable itself."""
        for key in self.variables:
            for value in self.scopes.bindings.get(((), key), []):
                if isinstance(value, ast.Constant) and value.value == variable:
                    return key
        return variable

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        statement = updated_node.body[0]
        if self.path or not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            return updated_node
        target = statement.targets[0].target
        if not isinstance(target, cst.Name) or target.value not in self.variables:
            return updated_node
        if not isinstance(statement.value, cst.SimpleString):
            return updated_node
        name, value = self.variables[target.value]
        new = statement.with_changes(
            targets=[statement.targets[0].with_changes(target=cst.Name(name))],
            value=cst.parse_expression(value),
        )
        return updated_node.with_changes(body=[new, *updated_node.body[1:]])

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        body: list[cst.BaseStatement] = []
        for statement in updated_node.body:
            if self._builds(statement):
                lines = getattr(statement, "leading_lines", ())
                for text in self._missing_constants():
                    new = cst.parse_statement(text)
                    body.append(new.with_changes(leading_lines=lines))
                    lines = ()
                statement = statement.with_changes(leading_lines=lines)
            body.append(statement)
        return updated_node.with_changes(body=body)

    def _builds(self, statement: cst.CSTNode) -> bool:
        line = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
        if not isinstance(line, cst.Assign) or len(line.targets) != 1:
            return False
        target = line.targets[0].target
        return isinstance(target, cst.Name) and ((), target.value) in self.builders

    def _missing_constants(self) -> list[str]:
        """Statements for variables whose key was a string in place, and for the id of the test run."""
        bound = {name for (path, name) in self.scopes.bindings if not path}
        wanted = {
            f"{name} = {value}\n" for key, (name, value) in sorted(self.variables.items()) if key == name
        }
        new = [text for text in sorted(wanted) if text.split(" = ")[0] not in bound]
        if self.uses_env_id:
            new.append(f'{_ENV_ID} = os.environ.get("{ENV_ID_VARIABLE}")\n')
        return new
