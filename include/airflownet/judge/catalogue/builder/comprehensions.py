"""Comprehensions over known values, and the names that an assignment binds."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from airflownet.judge.catalogue.builder.operations import truth
from airflownet.judge.catalogue.builder.scope import MAX_ITEMS, Evaluate, Scope
from airflownet.judge.catalogue.builder.values import InstanceRef, ModuleRef, SymbolRef, UnresolvedError


class BoundScope:
    """A scope with a few more names: the variables of a comprehension."""

    def __init__(self, outer: Scope, names: Mapping[str, Any]) -> None:
        self.outer = outer
        self.names = names

    def lookup(self, name: str) -> Any:
        """Returns the variable, or what the outer scope has."""
        return self.names[name] if name in self.names else self.outer.lookup(name)

    def attribute(self, owner: ModuleRef | SymbolRef | InstanceRef, name: str) -> Any:
        """Returns what the outer scope has."""
        return self.outer.attribute(owner, name)

    def call(self, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Carries out the call in the outer scope."""
        return self.outer.call(path, args, kwargs)


def bind_target(target: ast.expr, value: Any) -> dict[str, Any]:
    """Returns the names that assigning the value to the target binds."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    if isinstance(target, ast.Tuple | ast.List):
        items = list(value)
        if len(items) != len(target.elts):
            raise UnresolvedError
        names: dict[str, Any] = {}
        for element, item in zip(target.elts, items, strict=True):
            names.update(bind_target(element, item))
        return names
    raise UnresolvedError


def _scopes(generators: list[ast.comprehension], scope: Scope, evaluate: Evaluate) -> list[Scope]:
    scopes = [scope]
    for generator in generators:
        inner: list[Scope] = []
        for outer in scopes:
            items = evaluate(generator.iter, outer)
            if isinstance(items, ModuleRef | SymbolRef | InstanceRef) or len(items) > MAX_ITEMS:
                raise UnresolvedError
            for item in items:
                bound = BoundScope(outer, bind_target(generator.target, item))
                if all(truth(evaluate(test, bound)) for test in generator.ifs):
                    inner.append(bound)
        scopes = inner
    return scopes


def listcomp(node: ast.ListComp | ast.GeneratorExp | ast.SetComp, scope: Scope, evaluate: Evaluate) -> Any:
    """Returns the items of a list, set or generator expression as a list."""
    return [evaluate(node.elt, inner) for inner in _scopes(node.generators, scope, evaluate)]


def dictcomp(node: ast.DictComp, scope: Scope, evaluate: Evaluate) -> Any:
    """Returns the mapping of a dict comprehension."""
    return {
        evaluate(node.key, inner): evaluate(node.value, inner)
        for inner in _scopes(node.generators, scope, evaluate)
    }
