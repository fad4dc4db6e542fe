"""What the names in an ``__init__`` stand for, as its statements are followed."""

from __future__ import annotations

import ast

from airflownet.judge.catalogue.builder.init_checks.closed_expressions import (
    BASE_BUILT,
    NOTHING,
    Names,
    is_open,
)

MAX_CHOICE = 200
"""Characters of what a branch leaves in a name."""


def key_of(target: ast.expr, receiver: str) -> str:
    """Returns the key of an assignment's target, empty for one that is not followed."""
    if isinstance(target, ast.Name):
        return target.id
    if (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == receiver
    ):
        return f"self.{target.attr}"
    return ""


def either(condition: ast.expr, first: ast.expr | None, second: ast.expr | None) -> ast.expr:
    """Returns what a name stands for after a branch that one or both sides assign in."""
    if first is None or second is None or is_open(first) or is_open(second):
        return NOTHING
    if first is second or ast.dump(first) == ast.dump(second):
        return first
    if is_open(condition):
        return NOTHING
    chosen = ast.IfExp(condition, first, second)
    return chosen if len(ast.unparse(chosen)) <= MAX_CHOICE else NOTHING


def forget(node: ast.AST, names: Names) -> None:
    """Whatever the statement assigns is not known any more."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store | ast.Del):
            names[inner.id] = NOTHING
        elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store | ast.Del):
            names[f"self.{inner.attr}"] = NOTHING


def follow_call(node: ast.expr, names: Names) -> None:
    """Takes in what a call as a statement does: ``super().__init__(**kwargs)``, or a change of its owner."""
    match node:
        case ast.Call(ast.Attribute(ast.Call(ast.Name("super")), "__init__"), _, keywords):
            if any(keyword.arg is None for keyword in keywords):
                names[BASE_BUILT] = ast.Constant(True)
        case ast.Call(ast.Attribute(ast.Name(name), "append"), [_]) if isinstance(
            known := names.get(name), ast.List
        ):
            names[name] = ast.List([*known.elts, NOTHING], ast.Load())
        case ast.Call(ast.Attribute(ast.Name(name), "update" | "setdefault" | "clear" | "append" | "extend")):
            names[name] = NOTHING
