"""The function of a TaskFlow task: decorator, signature and body."""

from __future__ import annotations

import ast
import builtins
import io
import textwrap
import tokenize
import warnings
from collections.abc import Iterable

from airflownet.judge.airflow.context_keys import context_keys
from airflownet.plans.model import PlanError, TaskPlan

_WHOLE_CONTEXT = ("context", "kwargs")


def body_tree(code: str) -> ast.FunctionDef:
    """Returns a function with the code as its body.

    Raises:
        PlanError: it is no body of a function.
    """
    text = textwrap.indent(textwrap.dedent(code).strip("\n") or "pass", "    ")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(f"def f():\n{text}\n")
            compile(tree, "<body>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise PlanError("code-not-python", code[:80]) from None
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        raise PlanError("code-not-python", "more than one body")
    return tree.body[0]


def free_names(node: ast.AST) -> list[str]:
    """Returns the names a function or statement reads and does not itself bind, in order of appearance.

    A name that is bound anywhere within counts as bound everywhere: simple, and right for short bodies.
    """
    bound: set[str] = set()
    read: dict[str, None] = {}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            if isinstance(inner.ctx, ast.Load):
                read[inner.id] = None
            else:
                bound.add(inner.id)
        elif isinstance(inner, ast.arg):
            bound.add(inner.arg)
        elif isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if inner is not node:
                bound.add(inner.name)
        elif isinstance(inner, ast.alias):
            bound.add((inner.asname or inner.name).partition(".")[0])
        elif isinstance(inner, ast.ExceptHandler) and inner.name:
            bound.add(inner.name)
    return [name for name in read if name not in bound and not hasattr(builtins, name)]


def signature(task: TaskPlan, airflow: str) -> list[str]:
    """Returns the parameters: those that are given, then what the body takes of Airflow's context."""
    given = [*task.call, *task.mapped]
    used = [name for name in free_names(body_tree(task.code)) if name not in given]
    keys = context_keys(airflow)
    context = [f"{name}=None" for name in used if name in keys]
    whole = [f"**{name}" for name in _WHOLE_CONTEXT if name in used][:1]
    return [*given, *context, *whole]


def unbound_names(task: TaskPlan, airflow: str, known: Iterable[str] = ()) -> list[str]:
    """Returns the names that the body reads and that nothing gives it."""
    given = {*task.call, *task.mapped, *known, *_WHOLE_CONTEXT}
    return [n for n in free_names(body_tree(task.code)) if n not in given and n not in context_keys(airflow)]


def body_lines(code: str, indent: int) -> str:
    """Returns the body as lines of a function."""
    tree = body_tree(code)
    parts: list[str] = []
    for n, statement in enumerate(tree.body):
        is_block = isinstance(statement, (ast.FunctionDef, ast.ClassDef))
        if parts and (is_block or isinstance(tree.body[n - 1], (ast.FunctionDef, ast.ClassDef))):
            parts.append("")
        parts.append(_double_quoted(ast.unparse(statement)))
    return textwrap.indent("\n".join(parts), " " * indent)


def _double_quoted(text: str) -> str:
    """Returns code with its plain string literals in double quotes, as the rest of the file has them."""
    rows = text.splitlines(keepends=True)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    for first, last in reversed(_literals(tokens)):
        if first[0] != last[0]:
            continue
        row = rows[first[0] - 1]  # columns are characters here, as tokenize counts them
        shown = row[first[1] : last[1]]
        mark = shown.find("'")
        if mark not in (0, 1, 2) or shown.startswith("'''", mark) or '"' in shown or "\\" in shown:
            continue
        if "'" in shown[mark + 1 : -1]:
            continue
        rows[first[0] - 1] = f'{row[: first[1]]}{shown[:mark]}"{shown[mark + 1 : -1]}"{row[last[1] :]}'
    changed = "".join(rows)
    return changed if ast.dump(ast.parse(changed)) == ast.dump(ast.parse(text)) else text


def _literals(tokens: list[tokenize.TokenInfo]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Returns the places of the string literals; an f-string is one, with all that is in it."""
    start, end = getattr(tokenize, "FSTRING_START", -1), getattr(tokenize, "FSTRING_END", -1)
    found, opened = [], list[tuple[int, int]]()
    for token in tokens:
        if token.type == start:
            opened.append(token.start)
        elif token.type == end:
            first = opened.pop()
            if not opened:
                found.append((first, token.end))
        elif token.type == tokenize.STRING and not opened:
            found.append((token.start, token.end))
    return found
