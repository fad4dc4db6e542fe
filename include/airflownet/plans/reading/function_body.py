"""The body of a task's function, with what it needs of its file: imports, constants, other functions."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from airflownet.judge.airflow.context_keys import context_keys
from airflownet.plans.model import PlanError
from airflownet.plans.rendering.functions import free_names

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_MOST_NEEDED: Final = 12
_WHOLE_CONTEXT: Final = ("context", "kwargs")
_HARMLESS_CALLS: Final = frozenset(
    {"os", "Path", "pathlib", "datetime", "timedelta", "json", "str", "int", "float", "len", "range", "list",
     "dict", "set", "tuple", "logging", "re", "textwrap", "uuid", "random"}
)  # fmt: skip


class FileScope:
    """What the top level of a file, and the functions around a task's, bind: name -> statement."""

    def __init__(self, tree: ast.Module) -> None:
        self._statements: dict[str, ast.stmt] = {}
        pending: list[ast.stmt] = list(tree.body)
        while pending:
            statement = pending.pop(0)
            for name in _bound(statement):
                self._statements[name] = statement
            if isinstance(statement, (ast.If, ast.Try, ast.With)):
                pending[:0] = statement.body

    def needed(self, names: list[str]) -> list[str]:
        """Returns the lines that give a body the names, each before what uses it.

        Raises:
            PlanError: a name is bound by what cannot stand in a body.
        """
        lines: dict[str, None] = {}
        open_names: set[str] = set()

        def add(name: str) -> None:
            if name in open_names:
                return
            open_names.add(name)
            if len(open_names) > _MOST_NEEDED:
                raise PlanError("function-needs-much-of-the-file")
            statement = self._statements.get(name)
            if statement is None:
                raise PlanError("function-needs-the-file")
            line = _line(name, statement)
            for other in [] if isinstance(statement, (ast.Import, ast.ImportFrom)) else free_names(statement):
                add(other)
            lines[line] = None

        for name in names:
            add(name)
        return list(lines)


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).partition(".")[0] for alias in statement.names]
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
        return [statement.target.id]
    return []


def _line(name: str, statement: ast.stmt) -> str:
    if isinstance(statement, ast.Import):
        alias = next(a for a in statement.names if (a.asname or a.name).partition(".")[0] == name)
        return ast.unparse(ast.Import([alias]))
    if isinstance(statement, ast.ImportFrom):
        if statement.level or statement.module == "__future__":
            raise PlanError("function-needs-the-project")
        alias = next(a for a in statement.names if (a.asname or a.name) == name)
        return ast.unparse(ast.ImportFrom(statement.module, [alias], 0))
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        if statement.decorator_list:
            raise PlanError("function-needs-the-file")
        return ast.unparse(statement)
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    if value is None:
        raise PlanError("function-needs-the-file")
    for node in ast.walk(value):
        if isinstance(node, (ast.Yield, ast.Await, ast.NamedExpr)):
            raise PlanError("function-needs-the-file")
        if isinstance(node, ast.Call) and _root(node.func) not in _HARMLESS_CALLS:
            raise PlanError("function-needs-the-file")
    return ast.unparse(ast.Assign([ast.Name(name, ast.Store())], value, lineno=0))


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Constant):
        return "str"
    return node.id if isinstance(node, ast.Name) else ""


def body_of(function: Function, given: Mapping[str, object], scope: FileScope, airflow: str) -> str:
    """Returns the text of a body that needs nothing but its parameters and Airflow's context.

    Args:
        function: the function's tree.
        given: what its call passes, by parameter.
        scope: of its file.
        airflow: the line whose context it may take.

    Raises:
        PlanError: its parameters or its file keep it from standing alone.
    """
    if isinstance(function, ast.AsyncFunctionDef):
        raise PlanError("function-async")
    keys, spec = context_keys(airflow), function.args
    body = _body(function)
    module = ast.Module(body, [])
    read = free_names(module)
    parameters = [p.arg for p in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    for name in parameters:
        if name not in given and name not in keys and name in read:
            raise PlanError("function-parameter-not-given")
    if spec.vararg is not None and spec.vararg.arg in read:
        raise PlanError("function-with-args")
    if spec.kwarg is not None and spec.kwarg.arg in read and spec.kwarg.arg not in _WHOLE_CONTEXT:
        raise PlanError("function-with-other-kwargs")
    own = {*parameters, *(a.arg for a in (spec.vararg, spec.kwarg) if a is not None)}
    free = [name for name in read if name not in own]
    if any(name in keys for name in free):
        raise PlanError("function-needs-the-file")
    lines = scope.needed(free)
    return "\n".join([*lines, *(ast.unparse(statement) for statement in body)])


def _body(function: ast.FunctionDef | ast.Lambda) -> list[ast.stmt]:
    if isinstance(function, ast.Lambda):
        return [ast.Return(function.body)]
    body = list(function.body)
    first = body[0] if body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        body = body[1:]
    return body or [ast.Pass()]
