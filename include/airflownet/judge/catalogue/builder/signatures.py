"""Signatures and functions as compact records.

Signature record: ``{"p": [[name, style, default?, annotation?] ...], "a": *args?, "k": **kwargs?}``;
style 0 positional-only, 1 any, 2 keyword-only; default is source text, None when required.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

MAX_TEXT = 120
Record = dict[str, Any]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Dotted = Callable[[ast.expr], str]
"""Returns the dotted path of an expression with import aliases resolved, empty for other expressions."""


def text_of(node: ast.expr | None, limit: int = MAX_TEXT) -> str:
    """Returns the source text of an expression, ``...`` when it is longer than ``limit``."""
    if node is None:
        return ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > limit:
        return "..."
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant):
        return repr(node.value)
    text = ast.unparse(node)
    return text if len(text) <= limit else "..."


def signature_record(arguments: ast.arguments, *, skip_first: bool, annotations: bool = True) -> Record:
    """Returns the record of a function's parameters, without ``self`` or ``cls`` when asked."""
    rows: list[list[Any]] = []
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        if skip_first and index == 0:
            continue
        style = 0 if index < len(arguments.posonlyargs) else 1
        rows.append(_row(argument, style, default, annotations))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        rows.append(_row(argument, 2, default, annotations))
    record: Record = {}
    if rows:
        record["p"] = rows
    if arguments.vararg is not None and not (skip_first and not positional):
        record["a"] = 1
    if arguments.kwarg is not None:
        record["k"] = 1
    return record


def _row(argument: ast.arg, style: int, default: ast.expr | None, annotations: bool) -> list[Any]:
    row: list[Any] = [argument.arg, style]
    annotation = text_of(argument.annotation) if annotations else ""
    if default is not None or annotation:
        row.append(None if default is None else text_of(default))
    if annotation:
        row.append(annotation.strip("'\""))
    return row


ROLES = {"staticmethod": "s", "classmethod": "c", "property": "p"}
PROPERTY_ENDINGS = ("property", "cached_property", "hybrid_property", "classproperty")


def function_record(node: FunctionNode, dotted: Dotted, *, in_class: bool) -> Record:
    """Returns the record of a function or method."""
    decorators = [
        dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        for decorator in node.decorator_list
    ]
    role = ""
    for decorator in decorators:
        last = decorator.rpartition(".")[2]
        role = role or ROLES.get(last, "")
        role = "p" if last in PROPERTY_ENDINGS else role
    skip_first = in_class and role != "s"
    record = signature_record(node.args, skip_first=skip_first, annotations=not in_class)
    if isinstance(node, ast.AsyncFunctionDef):
        record["y"] = 1
    if role:
        record["r"] = role
    elif in_class:
        record["r"] = "m"
    plain = [d for d in decorators if d and d.rpartition(".")[2] not in {*ROLES, "override"}]
    if plain:
        record["d"] = plain
    if node.returns is not None and (returns := text_of(node.returns, 60).strip("'\"")):
        record["t"] = returns
    if role == "p" and "t" not in record and _is_output(node):
        record["t"] = "XComArg"
    if (note := deprecation(node.decorator_list, dotted)) is not None:
        record["x"] = note
    if not in_class and (operator := _decorated_operator(node, dotted)):
        record["o"] = operator
    return record


def _is_output(node: FunctionNode) -> bool:
    """Whether a property of an operator is its ``output`` under another name."""
    match node.body[-1]:
        case ast.Return(ast.Attribute(ast.Name("self"), "output")):
            return True
    return False


def deprecation(decorators: list[ast.expr], dotted: Dotted) -> list[str] | None:
    """Returns ``[replacement, message]`` when a decorator deprecates it."""
    for decorator in decorators:
        if not isinstance(decorator, ast.Call) or "deprecated" not in dotted(decorator.func).lower():
            continue
        given = {k.arg: text_of(k.value, 300) for k in decorator.keywords}
        message = given.get("reason") or (text_of(decorator.args[0], 300) if decorator.args else "")
        return [given.get("use_instead", "").strip("'\""), message.strip("'\"")]
    return None


def warning_in(body: list[ast.stmt]) -> list[str] | None:
    """Returns ``["", message]`` when the block gives a deprecation warning whatever its arguments."""
    for statement in body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or not ast.unparse(call.func).endswith("warn"):
            continue
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        names = [ast.unparse(node) for node in given if isinstance(node, ast.Name | ast.Attribute)]
        if any("Deprecat" in name or "RemovedIn" in name for name in names):
            message = given[0] if given else None
            return ["", text_of(message, 300).removeprefix("f").strip("'\"")]
    return None


def _decorated_operator(node: FunctionNode, dotted: Dotted) -> str:
    if not node.body or not isinstance(last := node.body[-1], ast.Return):
        return ""
    for inner in ast.walk(last):
        if isinstance(inner, ast.Call) and dotted(inner.func).endswith("task_decorator_factory"):
            for keyword in inner.keywords:
                if keyword.arg == "decorated_operator_class":
                    return dotted(keyword.value)
    return ""
