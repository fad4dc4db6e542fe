"""Where in a DAG file a fault can be planted: calls and statements that run when it is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Sites:
    """What one parsed file offers; positions are those of the syntax tree."""

    code: str
    tree: ast.Module
    bodies: list[list[ast.stmt]] = field(default_factory=list)
    """Statement lists that surely run: the module's, of ``with`` blocks, of ``@dag`` functions."""
    dag_calls: list[ast.Call] = field(default_factory=list)
    """``DAG(...)`` and ``@dag(...)``."""
    operator_calls: list[tuple[list[ast.stmt], ast.Call, str]] = field(default_factory=list)
    """(body, call, variable or ""): ``x = SomeOperator(task_id="literal", ...)`` and the like."""
    imports: list[ast.ImportFrom] = field(default_factory=list)
    """``from airflow... import ...`` of names that are used, outside of ``try`` and ``if``."""

    @classmethod
    def of(cls, code: str) -> Sites:
        """Returns the sites of a file that parses."""
        sites = cls(code, ast.parse(code))
        for body in surely_run(sites.tree.body):
            sites.bodies.append(body)
            for statement in body:
                sites._look_at(body, statement)
        return sites

    def _look_at(self, body: list[ast.stmt], statement: ast.stmt) -> None:
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("airflow."):
            self.imports.append(statement)
        elif isinstance(statement, ast.With):
            for item in statement.items:
                if isinstance(item.context_expr, ast.Call) and called(item.context_expr) == "DAG":
                    self.dag_calls.append(item.context_expr)
        elif isinstance(statement, ast.FunctionDef):
            self.dag_calls.extend(
                d for d in statement.decorator_list if isinstance(d, ast.Call) and is_dag_decorator(d)
            )
        elif isinstance(statement, ast.Assign | ast.Expr) and isinstance(statement.value, ast.Call):
            call, variable = statement.value, ""
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                variable = statement.targets[0].id
            name = called(call)
            if name.endswith(("Operator", "Sensor")) and literal_task_id(call) is not None:
                self.operator_calls.append((body, call, variable))


def surely_run(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Yields a statement list and those within its ``with`` blocks and ``@dag`` functions."""
    yield body
    for statement in body:
        decorators = statement.decorator_list if isinstance(statement, ast.FunctionDef) else []
        if isinstance(statement, ast.With) or any(map(is_dag_decorator, decorators)):
            yield from surely_run(statement.body)  # type: ignore[attr-defined]


def is_dag_decorator(node: ast.expr) -> bool:
    """Whether a decorator is ``@dag(...)``."""
    return isinstance(node, ast.Call) and called(node) == "dag"


def builds_assets(sites: Sites) -> bool:
    """Whether a function of the file is an ``@asset``, which is a DAG without ``DAG`` or ``@dag``."""
    functions = (node for node in ast.walk(sites.tree) if isinstance(node, ast.FunctionDef))
    decorators = (d for function in functions for d in function.decorator_list)
    return any("asset" in ast.unparse(decorator) for decorator in decorators)


def called(call: ast.Call) -> str:
    """Returns the name that is called; of a dotted name the last part."""
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def keyword(call: ast.Call, name: str) -> ast.keyword | None:
    """Returns a keyword argument of a call."""
    return next((k for k in call.keywords if k.arg == name), None)


def literal_task_id(call: ast.Call) -> ast.Constant | None:
    """Returns the node of ``task_id="..."``."""
    found = keyword(call, "task_id")
    return found.value if found is not None and isinstance(found.value, ast.Constant) else None


def offset(code: str, line: int, column: int) -> int:
    """Returns the index into the text of a tree's position (1-based line, 0-based column in UTF-8)."""
    lines = code.splitlines(keepends=True)
    inside = len(lines[line - 1].encode()[:column].decode())
    return sum(len(text) for text in lines[: line - 1]) + inside


def replaced(code: str, node: ast.expr | ast.stmt | ast.keyword | ast.alias, text: str) -> str:
    """Returns the code with the text of a node replaced."""
    start = offset(code, node.lineno, node.col_offset)
    end = offset(code, int(node.end_lineno or 0), int(node.end_col_offset or 0))
    return code[:start] + text + code[end:]


def with_argument(code: str, call: ast.Call, text: str) -> str | None:
    """Returns the code with a keyword argument put before the call's first one."""
    first = call.keywords[0] if call.keywords else None
    if first is None or first.arg is None:
        return None
    start = offset(code, first.lineno, first.col_offset)
    return f"{code[:start]}{text}, {code[start:]}"


def inserted_after_imports(sites: Sites, text: str) -> str | None:
    """Returns the code with a line put behind the first import of Airflow; None where there is none."""
    if not sites.imports:
        return None
    node = sites.imports[0]
    end = offset(sites.code, int(node.end_lineno or 0), int(node.end_col_offset or 0))
    return f"{sites.code[:end]}\n{' ' * node.col_offset}{text}{sites.code[end:]}"


def inserted_at_end(sites: Sites, body: list[ast.stmt], text: str) -> str:
    """Returns the code with a line put at the end of a block, before its ``return``."""
    last = body[-1]
    lines = sites.code.splitlines(keepends=True)
    at = last.lineno - 1 if isinstance(last, ast.Return) else int(last.end_lineno or 0)
    line = " " * last.col_offset + text + "\n"
    return "".join([*lines[:at], "" if lines[at - 1].endswith("\n") else "\n", line, *lines[at:]])
