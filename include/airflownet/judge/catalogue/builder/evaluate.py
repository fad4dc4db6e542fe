"""Evaluates expressions whose value the text tells: version switches, lazy tables, constants.

A small interpreter over literals. Calls are carried out only for a fixed list of pure functions and
methods; anything else is ``UnresolvedError``. Sizes are bounded.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from packaging.version import InvalidVersion, Version

from airflownet.judge.catalogue.builder import operations
from airflownet.judge.catalogue.builder.comprehensions import dictcomp, listcomp
from airflownet.judge.catalogue.builder.scope import MAX_ITEMS, Scope
from airflownet.judge.catalogue.builder.values import (
    InstanceRef,
    ModuleRaisesError,
    ModuleRef,
    SymbolRef,
    UnresolvedError,
)

PURE_METHODS: dict[type, str] = {
    str: "split rsplit partition rpartition startswith endswith format join replace strip lstrip rstrip "
    "lower upper title removeprefix removesuffix",
    dict: "get keys values items copy",
    list: "copy index count",
    tuple: "index count",
    set: "union copy",
    frozenset: "union",
}
PURE_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "tuple": tuple,
    "list": list,
    "set": set,
    "frozenset": frozenset,
    "dict": dict,
    "str": str,
    "int": int,
    "bool": bool,
    "len": len,
    "sorted": sorted,
    "any": any,
    "all": all,
    "zip": lambda *items: list(zip(*items, strict=False)),
    "packaging.version.Version": Version,
    "packaging.version.parse": Version,
    "pkg_resources.parse_version": Version,
}
VERSION_ATTRIBUTES = frozenset(
    {"base_version", "release", "major", "minor", "micro", "public", "is_prerelease"}
)


def evaluate(node: ast.expr, scope: Scope) -> Any:
    """Returns the value of the expression; raises UnresolvedError when the text does not tell it."""
    handler = HANDLERS.get(type(node))
    if handler is None:
        raise UnresolvedError
    try:
        return handler(node, scope)
    except (UnresolvedError, ModuleRaisesError):
        raise
    except (RecursionError, MemoryError):
        raise UnresolvedError from None
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, InvalidVersion):
        raise UnresolvedError from None


def _name(node: ast.Name, scope: Scope) -> Any:
    return scope.lookup(node.id)


def _attribute(node: ast.Attribute, scope: Scope) -> Any:
    owner = evaluate(node.value, scope)
    if isinstance(owner, ModuleRef | SymbolRef | InstanceRef):
        return scope.attribute(owner, node.attr)
    if isinstance(owner, Version) and node.attr in VERSION_ATTRIBUTES:
        return getattr(owner, node.attr)
    raise UnresolvedError


def _items(nodes: list[ast.expr], scope: Scope) -> list[Any]:
    if len(nodes) > MAX_ITEMS:
        raise UnresolvedError
    items: list[Any] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            items.extend(evaluate(node.value, scope))
        else:
            items.append(evaluate(node, scope))
    return items


def _dict(node: ast.Dict, scope: Scope) -> Any:
    if len(node.values) > MAX_ITEMS:
        raise UnresolvedError
    result: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            result.update(evaluate(value, scope))
        else:
            result[evaluate(key, scope)] = evaluate(value, scope)
    return result


def _subscript(node: ast.Subscript, scope: Scope) -> Any:
    owner = evaluate(node.value, scope)
    if isinstance(owner, ModuleRef | SymbolRef | InstanceRef):
        raise UnresolvedError
    if isinstance(node.slice, ast.Slice):
        bounds = [
            None if part is None else evaluate(part, scope)
            for part in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        return owner[slice(*bounds)]
    key = evaluate(node.slice, scope)
    if isinstance(owner, dict) and key not in owner:
        raise ModuleRaisesError("KeyError", repr(key))
    return owner[key]


def _call(node: ast.Call, scope: Scope) -> Any:
    if isinstance(node.func, ast.Attribute):
        try:
            owner = evaluate(node.func.value, scope)
        except UnresolvedError:
            owner = UnresolvedError
        allowed = PURE_METHODS.get(type(owner), "").split()
        if node.func.attr in allowed:
            args, kwargs = _arguments(node, scope)
            return getattr(owner, node.func.attr)(*args, **kwargs)
    target = evaluate(node.func, scope)
    if not isinstance(target, ModuleRef | SymbolRef):
        raise UnresolvedError
    path = target.path.removeprefix("builtins.")
    args, kwargs = _arguments(node, scope)
    if path in PURE_FUNCTIONS:
        if any(isinstance(arg, ModuleRef | SymbolRef | InstanceRef) for arg in args):
            raise UnresolvedError
        return PURE_FUNCTIONS[path](*args, **kwargs)
    return scope.call(path, args, kwargs)


def _arguments(node: ast.Call, scope: Scope) -> tuple[list[Any], dict[str, Any]]:
    kwargs: dict[str, Any] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            kwargs.update(evaluate(keyword.value, scope))
        else:
            kwargs[keyword.arg] = evaluate(keyword.value, scope)
    return _items(node.args, scope), kwargs


HANDLERS: dict[type[ast.expr], Callable[[Any, Scope], Any]] = {
    ast.Constant: lambda node, _: node.value,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Tuple: lambda node, scope: tuple(_items(node.elts, scope)),
    ast.List: lambda node, scope: _items(node.elts, scope),
    ast.Set: lambda node, scope: set(_items(node.elts, scope)),
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.Compare: lambda node, scope: operations.compare(node, scope, evaluate),
    ast.BoolOp: lambda node, scope: operations.boolop(node, scope, evaluate),
    ast.UnaryOp: lambda node, scope: operations.unary(node, scope, evaluate),
    ast.BinOp: lambda node, scope: operations.binary(node, scope, evaluate),
    ast.JoinedStr: lambda node, scope: operations.joined(node, scope, evaluate),
    ast.IfExp: lambda node, scope: operations.ifexp(node, scope, evaluate),
    ast.ListComp: lambda node, scope: listcomp(node, scope, evaluate),
    ast.GeneratorExp: lambda node, scope: listcomp(node, scope, evaluate),
    ast.SetComp: lambda node, scope: set(listcomp(node, scope, evaluate)),
    ast.DictComp: lambda node, scope: dictcomp(node, scope, evaluate),
}
