"""What an ``__init__`` does with its ``**kwargs`` and what it passes up.

Record: ``{"up": [[target, n_positional, [keyword ...], passes_kwargs, passes_args,
other_kwargs, [parameters handed on unchanged]?] ...], "pop": {name:
default text or None}, "set": [name ...], "any": 1}``. ``target`` is ``super`` or a class path; ``any``
means that unknown keywords are kept or passed elsewhere, so none of them raises here.
"""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.catalogue.builder.signatures import Dotted, FunctionNode, Record, text_of


def forwards_record(node: FunctionNode, dotted: Dotted) -> Record:
    """Returns the record of one ``__init__``."""
    visitor = _Forwards(node, dotted)
    for statement in node.body:
        visitor.visit(statement)
    record: Record = {}
    if visitor.up:
        record["up"] = visitor.up
    if visitor.pop:
        record["pop"] = visitor.pop
    if visitor.set:
        record["set"] = sorted(visitor.set)
    forwarded = any(call[3] for call in visitor.up)
    if node.args.kwarg is not None and not forwarded and not visitor.rejects:
        record["any"] = 1
    return record


class _Forwards(ast.NodeVisitor):
    def __init__(self, node: FunctionNode, dotted: Dotted) -> None:
        self.kwargs = node.args.kwarg.arg if node.args.kwarg else ""
        self.args = node.args.vararg.arg if node.args.vararg else ""
        self.self_name = node.args.args[0].arg if node.args.args else "self"
        self.dotted = dotted
        spec = node.args
        changed = {
            n.id for n in ast.walk(node) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
        }
        self.unchanged = {a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)} - changed
        self.up: list[list[Any]] = []
        self.pop: dict[str, str | None] = {}
        self.set: set[str] = set()
        self.rejects = False

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            if node.func.attr == "__init__":
                self._super_call(node, node.func.value)
            elif self._is_kwargs(node.func.value):
                self._kwargs_method(node, node.func.attr)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self._is_kwargs(node.value) and isinstance(node.slice, ast.Constant):
            name = str(node.slice.value)
            if isinstance(node.ctx, ast.Store):
                self.set.add(name)
            elif isinstance(node.ctx, ast.Load):
                self.pop.setdefault(name, "...")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if isinstance(node.left, ast.Constant) and any(self._is_kwargs(c) for c in node.comparators):
            self.pop[str(node.left.value)] = "..."
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if self._is_kwargs(node.test) and any(isinstance(n, ast.Raise) for n in ast.walk(node)):
            self.rejects = True
        self.generic_visit(node)

    def _is_kwargs(self, node: ast.expr) -> bool:
        return bool(self.kwargs) and isinstance(node, ast.Name) and node.id == self.kwargs

    def _super_call(self, node: ast.Call, owner: ast.expr) -> None:
        args = list(node.args)
        if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super":
            target = "super"
        else:
            target = self.dotted(owner)
            if not target or not args:
                return
            args = args[1:]
        passes_kwargs = any(k.arg is None and self._mentions_kwargs(k.value) for k in node.keywords)
        other_kwargs = any(k.arg is None and not self._mentions_kwargs(k.value) for k in node.keywords)
        starred = any(isinstance(arg, ast.Starred) for arg in args)
        n_positional = sum(not isinstance(arg, ast.Starred) for arg in args)
        names = sorted(k.arg for k in node.keywords if k.arg is not None)
        self.up.append([target, n_positional, names, int(passes_kwargs), int(starred), int(other_kwargs)])
        same = sorted(k.arg for k in node.keywords if k.arg is not None and self._is_own(k.arg, k.value))
        if same:
            self.up[-1].append(same)

    def _is_own(self, name: str, value: ast.expr) -> bool:
        """Whether ``name=name`` hands a parameter on that nothing changes."""
        return isinstance(value, ast.Name) and value.id == name and name in self.unchanged

    def _mentions_kwargs(self, node: ast.expr) -> bool:
        return bool(self.kwargs) and any(
            isinstance(inner, ast.Name) and inner.id == self.kwargs for inner in ast.walk(node)
        )

    def _kwargs_method(self, node: ast.Call, method: str) -> None:
        first = node.args[0] if node.args else None
        name = str(first.value) if isinstance(first, ast.Constant) else ""
        if method == "pop" and name:
            default = text_of(node.args[1]) if len(node.args) > 1 else None
            self.pop[name] = self.pop.get(name) or default
        elif method == "get" and name:
            self.pop.setdefault(name, "...")
        elif method == "setdefault" and name:
            self.set.add(name)
        elif method == "update":
            self.set.update(k.arg for k in node.keywords if k.arg is not None)
            if isinstance(first, ast.Dict):
                self.set.update(str(k.value) for k in first.keys if isinstance(k, ast.Constant))
