"""Interprets a small function of a module on known arguments: ``__getattr__`` and version look-ups."""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.catalogue.builder.call_frame import bind_arguments, catches
from airflownet.judge.catalogue.builder.comprehensions import bind_target
from airflownet.judge.catalogue.builder.evaluate import evaluate
from airflownet.judge.catalogue.builder.scope import Scope
from airflownet.judge.catalogue.builder.values import (
    InstanceRef,
    ModuleRaisesError,
    ModuleRef,
    SymbolRef,
    UnresolvedError,
)

MAX_STEPS = 20_000


class _Return(Exception):  # noqa: N818 - control flow, not an error
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class FunctionScope:
    """The local names of one call; everything else comes from the module's scope.

    Attributes:
        warnings: messages given to ``warnings.warn`` on the way, empty text where unknown.
    """

    def __init__(self, module: Scope, names: dict[str, Any]) -> None:
        self.module = module
        self.names = names
        self.warnings: list[str] = []
        self.steps = 0

    def lookup(self, name: str) -> Any:
        """Returns the value of a local or module name."""
        return self.names[name] if name in self.names else self.module.lookup(name)

    def attribute(self, owner: ModuleRef | SymbolRef | InstanceRef, name: str) -> Any:
        """Returns an attribute, from the module's scope."""
        return self.module.attribute(owner, name)

    def call(self, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Carries out a call in the module's scope; warnings are noted instead."""
        if path.endswith(("warnings.warn", ".warn_deprecated")):
            message = args[0] if args else kwargs.get("message")
            self.warnings.append(message if isinstance(message, str) else "")
            return None
        return self.module.call(path, args, kwargs)


def call_function(
    node: ast.FunctionDef, module: Scope, args: list[Any], kwargs: dict[str, Any]
) -> tuple[Any, list[str]]:
    """Returns the value of a call and the warnings given on the way.

    Raises:
        UnresolvedError: the text does not tell.
        ModuleRaisesError: the call raises.
    """
    scope = FunctionScope(module, bind_arguments(node, module, args, kwargs))
    try:
        _block(node.body, scope)
    except _Return as result:
        return result.value, scope.warnings
    return None, scope.warnings


def _block(body: list[ast.stmt], scope: FunctionScope) -> None:
    for statement in body:
        scope.steps += 1
        if scope.steps > MAX_STEPS:
            raise UnresolvedError
        _statement(statement, scope)


def _value(node: ast.expr, scope: FunctionScope) -> Any:
    for inner in ast.walk(node):
        if isinstance(inner, ast.NamedExpr):
            scope.names[inner.target.id] = evaluate(inner.value, scope)
    return evaluate(_Unwalrus().visit(node) if _has_walrus(node) else node, scope)


def _has_walrus(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(node))


class _Unwalrus(ast.NodeTransformer):
    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        return ast.copy_location(ast.Name(node.target.id, ast.Load()), node)


def _statement(node: ast.stmt, scope: FunctionScope) -> None:
    match node:
        case ast.Return():
            raise _Return(None if node.value is None else _value(node.value, scope))
        case ast.If():
            test = _value(node.test, scope)
            if isinstance(test, InstanceRef | SymbolRef):
                raise UnresolvedError
            _block(node.body if test else node.orelse, scope)
        case ast.Assign():
            _assign(node.targets, node.value, scope)
        case ast.AnnAssign() if node.value is not None:
            _assign([node.target], node.value, scope)
        case ast.Expr():
            _expression(node.value, scope)
        case ast.Raise():
            raise ModuleRaisesError(*_raised(node, scope))
        case ast.Import() | ast.ImportFrom():
            _import(node, scope)
        case ast.Try():
            _try(node, scope)
        case ast.With():
            _block(node.body, scope)
        case ast.For():
            _for(node, scope)
        case ast.Pass() | ast.Global() | ast.Assert() | ast.AnnAssign() | ast.FunctionDef():
            pass
        case _:
            raise UnresolvedError


def _assign(targets: list[ast.expr], value_node: ast.expr, scope: FunctionScope) -> None:
    if all(isinstance(target, ast.Subscript | ast.Attribute) for target in targets):
        return  # globals()[name] = value: the cache of what is returned anyway
    value = _value(value_node, scope)
    for target in targets:
        if not isinstance(target, ast.Subscript | ast.Attribute):
            scope.names.update(bind_target(target, value))


def _expression(node: ast.expr, scope: FunctionScope) -> None:
    try:
        _value(node, scope)
    except UnresolvedError:
        text = ast.unparse(node)
        if "warn" in text:
            scope.warnings.append("")


def _raised(node: ast.Raise, scope: FunctionScope) -> tuple[str, str]:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    kind = ast.unparse(raised).rpartition(".")[2] if raised is not None else "ImportError"
    message = ""
    if isinstance(node.exc, ast.Call) and node.exc.args:
        try:
            message = str(evaluate(node.exc.args[0], scope))
        except (UnresolvedError, ModuleRaisesError):
            message = ""
    return kind, message


def _import(node: ast.Import | ast.ImportFrom, scope: FunctionScope) -> None:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            value = scope.module.call("__from_import__", [module, alias.name], {})
            scope.names[alias.asname or alias.name] = value
        else:
            top = alias.name if alias.asname else alias.name.partition(".")[0]
            scope.module.call("importlib.import_module", [alias.name], {})
            scope.names[alias.asname or top] = ModuleRef(top)


def _try(node: ast.Try, scope: FunctionScope) -> None:
    try:
        _block(node.body, scope)
    except ModuleRaisesError as raised:
        for handler in node.handlers:
            if catches(handler, raised.kind):
                if handler.name:
                    scope.names[handler.name] = InstanceRef(f"builtins.{raised.kind}")
                _block(handler.body, scope)
                break
        else:
            raise
    else:
        _block(node.orelse, scope)
    _block(node.finalbody, scope)


def _for(node: ast.For, scope: FunctionScope) -> None:
    items = _value(node.iter, scope)
    if isinstance(items, ModuleRef | SymbolRef | InstanceRef):
        raise UnresolvedError
    for item in list(items):
        scope.names.update(bind_target(node.target, item))
        _block(node.body, scope)
