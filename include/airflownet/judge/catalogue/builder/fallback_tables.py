"""``__getattr__ = create_module_getattr(import_map=, module_map=, rename_map=)`` of the compat provider."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from airflownet.judge.catalogue.builder.evaluate import evaluate
from airflownet.judge.catalogue.builder.values import UnresolvedError

if TYPE_CHECKING:
    from airflownet.judge.catalogue.builder.module_scope import ModuleScope


def apply_fallback_tables(scope: ModuleScope) -> None:
    """Adds the names of the tables; of several paths the first that exists wins."""
    for statement in scope.tree.body:
        if (
            isinstance(statement, ast.Assign)
            and isinstance(statement.targets[0], ast.Name)
            and statement.targets[0].id == "__getattr__"
            and isinstance(statement.value, ast.Call)
        ):
            _read_tables(scope, statement.value)
            return
    scope.is_dynamic = True


def _read_tables(scope: ModuleScope, call: ast.Call) -> None:
    try:
        given = {
            key: evaluate(value, scope)
            for key, value in zip(("import_map", "module_map", "rename_map"), call.args, strict=False)
        }
        given |= {keyword.arg: evaluate(keyword.value, scope) for keyword in call.keywords if keyword.arg}
    except UnresolvedError:
        scope.is_dynamic = True
        return
    program = scope.program
    for name, paths in (given.get("import_map") or {}).items():
        for path in paths if isinstance(paths, tuple) else (paths,):
            if program.has_name(path, name):
                scope.entries.setdefault(name, ["l", f"{path}.{name}", 0, "", ""])
                break
    for name, paths in (given.get("module_map") or {}).items():
        for path in paths if isinstance(paths, tuple) else (paths,):
            if program.has_module(path):
                scope.entries[name] = ["l", path, 0, "", ""]
                break
    for name, (new_path, old_path, old_name) in (given.get("rename_map") or {}).items():
        if program.has_name(new_path, name):
            scope.entries[name] = ["l", f"{new_path}.{name}", 0, "", ""]
        elif program.has_name(old_path, old_name):
            scope.entries[name] = ["l", f"{old_path}.{old_name}", 0, "", ""]
