"""``import`` and ``from ... import``."""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.interpreter.interpreter import Interpreter, Signal
from airflownet.judge.interpreter.local_modules import LocalModule, local_attribute
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING, Scope
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ModuleValue


def execute_import(interpreter: Interpreter, node: ast.Import, scope: Scope) -> Signal:
    """``import a.b as c``."""
    for alias in node.names:
        interpreter.imports.add(alias.name)
        module = interpreter.find_module(alias.name)
        if alias.asname:
            scope.assign(alias.asname, module)
        else:
            top = alias.name.partition(".")[0]
            if isinstance(module, LocalModule):
                scope.assign(top, interpreter.local_modules.get(top, module))
            else:
                scope.assign(top, ModuleValue(top) if module is not UNKNOWN else UNKNOWN)
    return None


def execute_import_from(interpreter: Interpreter, node: ast.ImportFrom, scope: Scope) -> Signal:
    """``from a import b as c``; relative imports cannot work in a DAG file."""
    name = node.module or ""
    if node.level and interpreter.package:
        base = interpreter.package.split(".")[: len(interpreter.package.split(".")) - node.level + 1]
        name = ".".join([*base, *([node.module] if node.module else [])])
    elif node.level:
        interpreter.imports.add("." * node.level + name)
        raise Raised(
            "ImportError", "attempted relative import with no known parent package", "relative-import", name
        )
    if name == "__future__":
        interpreter.postponed_annotations |= any(alias.name == "annotations" for alias in node.names)
        return None
    interpreter.imports.update([f"{name}.{alias.name}" for alias in node.names])
    module = interpreter.find_module(name)
    for alias in node.names:
        if alias.name == "*":
            _import_star(interpreter, module, scope)
        elif isinstance(module, LocalModule):
            scope.assign(alias.asname or alias.name, _local_name(interpreter, module, alias.name))
        elif module is UNKNOWN:
            scope.assign(alias.asname or alias.name, UNKNOWN)
        else:
            value = interpreter.import_name(name, alias.name)
            scope.assign(alias.asname or alias.name, value)
    return None


def _local_name(interpreter: Interpreter, module: LocalModule, name: str) -> Any:
    found = local_attribute(interpreter, module, name)
    if found is MISSING:
        raise Raised(
            "ImportError",
            f"cannot import name '{name}' from '{module.name}'",
            "unknown-name",
            f"{module.name}.{name}",
        )
    return found


def _import_star(interpreter: Interpreter, module: object, scope: Scope) -> None:
    if isinstance(module, LocalModule):
        public = {name: value for name, value in module.scope.names.items() if not name.startswith("_")}
        scope.names.update(public)
        scope.module.star_is_unknown |= module.scope.star_is_unknown
        return
    names = interpreter.world.exports(module.name) if isinstance(module, ModuleValue) else None
    if names is None:
        scope.module.star_is_unknown = True
        return
    for name in names:
        owner = getattr(module, "name", "")
        value = interpreter.world.attribute(owner, name)
        if value is None:  # a name of ``__all__`` that the module does not have
            raise Raised(
                "AttributeError",
                f"module '{owner}' has no attribute '{name}'",
                "unknown-name",
                f"{owner}.{name}",
            )
        scope.assign(name, value)
