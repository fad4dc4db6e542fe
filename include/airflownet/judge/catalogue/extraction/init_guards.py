"""The conditions under which an ``__init__`` raises, as far as its own parameters tell.

Row: ``[exception, condition, message?, method?]``. Condition and message are source text over the names of
the parameters; ``_`` stands for what the text does not tell. ``method`` names the method of the class that
holds the check, when ``__init__`` calls one: a subclass that replaces the method has no such check.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from airflownet.judge.catalogue.extraction.closed_expressions import (
    NOTHING,
    Names,
    both,
    close,
    is_open,
    negated,
)
from airflownet.judge.catalogue.extraction.signatures import Dotted, FunctionNode

MAX_CONDITION = 500
MAX_MESSAGE = 200
MAX_DEPTH = 3
MAX_ROWS = 40
Constant = Callable[[ast.expr], ast.expr | None]
"""Returns the literal that a name of the module or class stands for."""
Test = Callable[[ast.expr], bool | None]
Path = list[ast.expr]


def guard_rows(
    node: FunctionNode, methods: dict[str, FunctionNode], dotted: Dotted, test: Test, constant: Constant
) -> list[list[Any]]:
    """Returns the rows of one ``__init__``; ``methods`` are those of its class."""
    spec = node.args
    parameters = [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    receiver = parameters[0] if parameters else "self"
    names: Names = {name: ast.Name(name, ast.Load()) for name in parameters[1:]}
    for other in (spec.vararg, spec.kwarg):
        if other is not None:
            names[other.arg] = NOTHING
    names[receiver] = NOTHING
    walk = _Walk(receiver, methods, dotted, test, constant)
    walk.block(node.body, names, [])
    return walk.rows[:MAX_ROWS]


@dataclass
class _Walk:
    receiver: str
    methods: dict[str, FunctionNode]
    dotted: Dotted
    test: Test
    constant: Constant
    rows: list[list[Any]] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    """Methods that are being followed, outermost first."""

    def block(self, body: list[ast.stmt], names: Names, path: Path) -> str:
        """Follows statements; returns how they end: ``raise``, ``return`` or an empty text."""
        path = list(path)
        for statement in body:
            match statement:
                case ast.If():
                    ending = self._branch(statement, names, path)
                case ast.Raise():
                    self._emit(path, statement.exc, names)
                    ending = "raise"
                case ast.Return():
                    ending = "return"
                case ast.Assert():
                    failed = negated(self._close(statement.test, names))
                    self._row([*path, failed], "AssertionError", statement.msg, names)
                    ending = ""
                case ast.Assign():
                    self._assign(statement.targets, statement.value, names)
                    ending = ""
                case ast.AnnAssign() if statement.value is not None:
                    self._assign([statement.target], statement.value, names)
                    ending = ""
                case ast.Expr(ast.Call(ast.Attribute(ast.Name(owner), method), [], [])) if (
                    owner == self.receiver and method in self.methods
                ):
                    self._method(method, names, path)
                    ending = ""
                case ast.Expr():
                    ending = ""
                case _:
                    _forget(statement, names)
                    ending = "return" if _returns(statement) else ""
            if ending:
                return ending
        return ""

    def _branch(self, node: ast.If, names: Names, path: Path) -> str:
        outcome = self.test(node.test)
        if outcome is not None:
            return self.block(node.body if outcome else node.orelse, names, path)
        condition = self._close(node.test, names)
        first, second = dict(names), dict(names)
        ends = self.block(node.body, first, [*path, condition])
        otherwise = self.block(node.orelse, second, [*path, negated(condition)])
        if ends and otherwise:
            return "return" if "return" in (ends, otherwise) else "raise"
        if ends:
            names.update(second)
            if ends == "return":
                path.append(negated(condition))
        elif otherwise:
            names.update(first)
            if otherwise == "return":
                path.append(condition)
        else:
            for name in first.keys() | second.keys():
                names[name] = _either(condition, first.get(name), second.get(name))
        return ""

    def _method(self, method: str, names: Names, path: Path) -> None:
        function = self.methods[method]
        if len(self.inside) >= MAX_DEPTH or method in self.inside or not function.args.args:
            return
        if isinstance(function, ast.AsyncFunctionDef) or function.decorator_list:
            return
        own = {name: value for name, value in names.items() if name.startswith("self.")}
        own[self.receiver] = NOTHING
        self.inside.append(method)
        if function.args.args[0].arg == self.receiver:
            self.block(function.body, own, path)
        self.inside.pop()
        names.update({name: value for name, value in own.items() if name.startswith("self.")})

    def _assign(self, targets: list[ast.expr], value: ast.expr, names: Names) -> None:
        closed = self._close(value, names)
        for target in targets:
            key = _key(target, self.receiver)
            if key:
                names[key] = closed
            else:
                _forget(target, names)

    def _close(self, node: ast.expr, names: Names) -> ast.expr:
        return close(node, names, self.receiver, self.constant)

    def _emit(self, path: Path, raised: ast.expr | None, names: Names) -> None:
        call = raised.func if isinstance(raised, ast.Call) else raised
        name = (self.dotted(call) if call is not None else "").rpartition(".")[2]
        if not name or not name[0].isupper():
            return
        message = raised.args[0] if isinstance(raised, ast.Call) and raised.args else None
        self._row(path, name, message, names)

    def _row(self, path: Path, exception: str, message: ast.expr | None, names: Names) -> None:
        condition = both(path)
        if condition is None:
            return
        text = ast.unparse(condition)
        if len(text) > MAX_CONDITION:
            return
        said = "" if message is None else self._close(message, names)
        shown = "" if said == "" or is_open(said) else ast.unparse(said)  # type: ignore[arg-type]
        row: list[Any] = [exception, text, shown if len(shown) <= MAX_MESSAGE else ""]
        if self.inside:
            row.append(self.inside[-1])
        while row[-1] == "":
            row.pop()
        self.rows.append(row)


def _key(target: ast.expr, receiver: str) -> str:
    if isinstance(target, ast.Name):
        return target.id
    if (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == receiver
    ):
        return f"self.{target.attr}"
    return ""


def _either(condition: ast.expr, first: ast.expr | None, second: ast.expr | None) -> ast.expr:
    if first is None or second is None or is_open(first) or is_open(second):
        return NOTHING
    if first is second or ast.dump(first) == ast.dump(second):
        return first
    if is_open(condition):
        return NOTHING
    chosen = ast.IfExp(condition, first, second)
    return chosen if len(ast.unparse(chosen)) <= MAX_MESSAGE else NOTHING


def _forget(node: ast.AST, names: Names) -> None:
    """Whatever the statement assigns is not known any more."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store | ast.Del):
            names[inner.id] = NOTHING
        elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store | ast.Del):
            names[f"self.{inner.attr}"] = NOTHING


def _returns(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return any(isinstance(inner, ast.Return) for inner in ast.walk(node))
