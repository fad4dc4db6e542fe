"""Calls of a class's own methods inside its ``__init__``, followed with the arguments they are given."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from airflownet.judge.catalogue.builder.init_checks.closed_expressions import NOTHING, Names, negated
from airflownet.judge.catalogue.builder.signatures import FunctionNode

Close = Callable[[ast.expr], ast.expr]


def own_calls(node: ast.expr, receiver: str, methods: Mapping[str, FunctionNode]) -> Iterator[ast.Call]:
    """Yields the calls ``self.method(...)`` that the expression certainly carries out, in no set order."""
    for under, inner in done_when(node):
        match inner:
            case ast.Call(ast.Attribute(ast.Name(owner), method)) if owner == receiver and method in methods:
                if not under:
                    yield inner


def done_when(
    node: ast.AST, under: tuple[ast.expr, ...] = ()
) -> Iterator[tuple[tuple[ast.expr, ...], ast.AST]]:
    """Yields the nodes of an expression with the conditions under which each is evaluated."""
    yield under, node
    match node:
        case ast.IfExp(test, body, orelse):
            yield from done_when(test, under)
            yield from done_when(body, (*under, test))
            yield from done_when(orelse, (*under, negated(test)))
        case ast.BoolOp(op, values):
            for value in values:
                yield from done_when(value, under)
                under = (*under, value if isinstance(op, ast.And) else negated(value))
        case ast.Lambda():
            return
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from done_when(node.generators[0].iter, under)
        case ast.Compare(left, _, [first, *_]):
            yield from done_when(left, under)
            yield from done_when(first, under)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from done_when(child, under)


def arguments_of(call: ast.Call, function: FunctionNode, receiver: str, close: Close) -> Names | None:
    """Returns the parameters of the method by name, None when the call is not followed."""
    kinds = [node.id if isinstance(node, ast.Name) else "?" for node in function.decorator_list]
    if isinstance(function, ast.AsyncFunctionDef) or kinds not in ([], ["staticmethod"], ["classmethod"]):
        return None
    spec = function.args
    positional = [a.arg for a in (*spec.posonlyargs, *spec.args)]
    names: Names = {receiver: NOTHING}
    if kinds != ["staticmethod"]:
        first = positional.pop(0) if positional else ""
        if first != (receiver if not kinds else first) or not first:
            return None
        names[first] = NOTHING
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(k.arg is None for k in call.keywords):
        return None
    if len(call.args) > len(positional) or spec.vararg is not None or spec.kwarg is not None:
        return None
    defaults = dict(zip(reversed(positional), reversed(spec.defaults), strict=False))
    keyword_only = zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
    defaults |= {a.arg: value for a, value in keyword_only if value is not None}
    given = dict(zip(positional, call.args, strict=False)) | {str(k.arg): k.value for k in call.keywords}
    for name in [*positional, *(a.arg for a in spec.kwonlyargs)]:
        if name in given:
            names[name] = close(given[name])
        else:
            default = defaults.get(name)
            names[name] = default if isinstance(default, ast.Constant) else NOTHING
    return names
