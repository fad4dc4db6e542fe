"""The conditions under which an ``__init__`` raises, as far as its own parameters tell.

Row: ``[exception, condition, message?, method?]``. Condition and message are source text over the names of
the parameters; ``_`` stands for what the text does not tell, ``given('x')`` asks whether the caller gave an
argument that a base class takes, and another name is the argument of that name. ``method`` names the method
of the class that holds the check, when ``__init__`` calls one: a subclass that replaces the method has no
such check.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from airflownet.judge.catalogue.builder.init_checks.closed_expressions import (
    NOTHING,
    REST,
    Names,
    both,
    close,
    is_open,
    negated,
)
from airflownet.judge.catalogue.builder.init_checks.guard_calls import arguments_of, own_calls
from airflownet.judge.catalogue.builder.init_checks.guard_names import either, follow_call, forget, key_of
from airflownet.judge.catalogue.builder.init_checks.guard_operations import (
    Operation,
    comparison,
    iteration,
    needs_of,
)
from airflownet.judge.catalogue.builder.signatures import Dotted, FunctionNode

MAX_CONDITION = 500
MAX_MESSAGE = 200
MAX_DEPTH = 3
MAX_ROWS = 40
MAX_ITEMS = 12
"""A loop over more written-out items is not followed."""
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
    if spec.vararg is not None:
        names[spec.vararg.arg] = NOTHING
    if spec.kwarg is not None:
        names[spec.kwarg.arg] = REST
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
                    self._effects(statement.value, names, path)
                    self._assign(statement.targets, statement.value, names)
                    ending = ""
                case ast.AnnAssign() if statement.value is not None:
                    self._effects(statement.value, names, path)
                    self._assign([statement.target], statement.value, names)
                    ending = ""
                case ast.Expr():
                    self._effects(statement.value, names, path)
                    follow_call(statement.value, names)
                    ending = ""
                case ast.For() if (items := self._items(statement, names)) is not None:
                    for item in items:
                        names.update(item)
                        self.block(statement.body, names, path)
                    ending = ""
                case ast.Continue():
                    ending = "return"
                case _:
                    if isinstance(statement, ast.For):
                        self._effects(ast.Tuple([statement.iter], ast.Load()), names, path)
                        self._refuse(iteration(self._own(statement.iter, names)), path)
                    forget(statement, names)
                    ending = "return" if _returns(statement) else ""
            if ending:
                return ending
        return ""

    def _branch(self, node: ast.If, names: Names, path: Path) -> str:
        outcome = self.test(node.test)
        if outcome is not None:
            return self.block(node.body if outcome else node.orelse, names, path)
        condition = self._close(node.test, names)
        self._refuse(needs_of(node.test, lambda inner: self._own(inner, names)), path)
        if not isinstance(node.body[0], ast.Raise):
            self._refuse(comparison(condition), path)
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
                names[name] = either(condition, first.get(name), second.get(name))
        return ""

    def _effects(self, value: ast.expr, names: Names, path: Path) -> None:
        """What carrying out the expression refuses: operations on parameters, and methods it calls."""
        self._refuse(needs_of(value, lambda node: self._own(node, names)), path)
        for call in own_calls(value, self.receiver, self.methods):
            self._method(call, names, path)

    def _refuse(self, operations: Iterable[Operation], path: Path) -> None:
        for operation in operations:
            self._row([*path, operation.condition], operation.exception, operation.message, {})

    def _items(self, loop: ast.For, names: Names) -> list[Names] | None:
        """What each round of a loop over written-out items binds, None for another loop."""
        items = self._close(loop.iter, names)
        if not isinstance(items, ast.List) or len(items.elts) > MAX_ITEMS or loop.orelse:
            return None
        if any(isinstance(node, ast.Return | ast.Break) for node in ast.walk(loop)):
            return None
        rounds: list[Names] = []
        for item in items.elts:
            match loop.target, item:
                case ast.Name(name), _:
                    rounds.append({name: item})
                case ast.Tuple(targets), ast.List(parts) if len(targets) == len(parts):
                    rounds.append({t.id: part for t, part in zip(targets, parts, strict=True) if _is_name(t)})
                case _:
                    return None
        return rounds

    def _method(self, call: ast.Call, names: Names, path: Path) -> None:
        assert isinstance(call.func, ast.Attribute)
        method = call.func.attr
        function = self.methods[method]
        if len(self.inside) >= MAX_DEPTH or method in self.inside:
            return
        own = arguments_of(call, function, self.receiver, lambda node: self._close(node, names))
        if own is None:
            return
        own |= {name: value for name, value in names.items() if name.startswith("self.")}
        self.inside.append(method)
        self.block(function.body, own, path)
        self.inside.pop()
        names.update({name: value for name, value in own.items() if name.startswith("self.")})

    def _assign(self, targets: list[ast.expr], value: ast.expr, names: Names) -> None:
        closed = self._close(value, names)
        for target in targets:
            key = key_of(target, self.receiver)
            if key:
                names[key] = closed
            else:
                forget(target, names)
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    names[target.value.id] = NOTHING

    def _close(self, node: ast.expr, names: Names) -> ast.expr:
        return close(node, names, self.receiver, self.constant)

    def _own(self, node: ast.expr, names: Names) -> ast.expr:
        """The closed expression, unless it is an attribute of a base class, which may have changed it."""
        closed = self._close(node, names)
        return NOTHING if isinstance(closed, ast.Name) and closed.id not in names else closed

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
        said = "" if message is None else self._close(message, names) if names else message
        shown = "" if said == "" or is_open(said) else ast.unparse(said)  # type: ignore[arg-type]
        row: list[Any] = [exception, text, shown if len(shown) <= MAX_MESSAGE else ""]
        if self.inside:
            row.append(self.inside[-1])
        while row[-1] == "":
            row.pop()
        self.rows.append(row)


def _is_name(node: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def _returns(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return any(isinstance(inner, ast.Return) for inner in ast.walk(node))
