"""Top-level calls that change what modules offer, read as data.

``add_deprecated_classes`` plants virtual modules and names that redirect elsewhere; ``table.update(...)``
changes a table; ``warnings.warn`` deprecates the module.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from airflownet.judge.catalogue.builder.evaluate import evaluate
from airflownet.judge.catalogue.builder.signatures import Record
from airflownet.judge.catalogue.builder.values import ModuleRaisesError, UnresolvedError

if TYPE_CHECKING:
    from airflownet.judge.catalogue.builder.module_scope import ModuleScope

DEPRECATION_CALLS = ("add_deprecated_classes", "add_deprecated_names", "__deprecated_imports")
MUTATORS = {"update", "extend", "append", "setdefault", "add", "pop", "remove"}


def apply_call(scope: ModuleScope, node: ast.expr) -> None:
    """Carries out a top-level call that changes what the module offers."""
    if not isinstance(node, ast.Call):
        return
    name = scope.dotted(node.func).rpartition(".")[2]
    if name in DEPRECATION_CALLS:
        _add_deprecated(scope, node)
    elif isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
        _mutate(scope, node.func, node.args)
    elif name == "warn":
        _module_warning(scope, node)


def _module_warning(scope: ModuleScope, node: ast.Call) -> None:
    text = ast.unparse(node)
    if ("Deprecat" in text or "RemovedIn" in text) and "__deprecated__" not in scope.values and node.args:
        try:
            message = evaluate(node.args[0], scope)
        except (UnresolvedError, ModuleRaisesError):
            message = ""
        scope.values["__deprecated__"] = message if isinstance(message, str) else ""


def _mutate(scope: ModuleScope, function: ast.Attribute, args: list[ast.expr]) -> None:
    try:
        owner = evaluate(function.value, scope)
        values = [evaluate(arg, scope) for arg in args]
        if isinstance(owner, dict | list | set):
            getattr(owner, function.attr)(*values)
    except (UnresolvedError, ModuleRaisesError, AttributeError, TypeError, ValueError, KeyError):
        return


def _add_deprecated(scope: ModuleScope, node: ast.Call) -> None:
    try:
        given = dict(zip(("module_imports", "package", "override", "extra"), node.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        tables = evaluate(given["module_imports"], scope)
        package = evaluate(given["package"], scope) if "package" in given else scope.path
    except (UnresolvedError, KeyError):
        scope.is_dynamic = True
        return
    for module, names in tables.items():
        entries = {name: _redirect(target) for name, target in names.items() if name != "*"}
        wildcard = [names["*"]] if "*" in names else []
        if module == package:
            for name, entry in entries.items():
                scope.entries.setdefault(name, entry)
            scope.wildcard = wildcard or scope.wildcard
        else:
            record: Record = {"n": entries}
            if wildcard:
                record["w"] = wildcard
            scope.program.virtual[f"{package}.{module}"] = record


def _redirect(target: str) -> list[Any]:
    return ["l", target, 1, target, ""]
