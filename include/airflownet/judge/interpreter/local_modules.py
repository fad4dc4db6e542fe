"""Modules that lie beside the file: found below the given roots, and walked like the file itself.

Roots are what Airflow has on ``sys.path``: the dags, plugins and include folders. Nothing else on the disk is
looked at, and nothing is run.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.kinds import ATTRIBUTE
from airflownet.judge.interpreter.parsing import Unparsable, decode, parse
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING, Scope
from airflownet.judge.interpreter.unknown import UNKNOWN

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@dataclass(eq=False, slots=True)
class LocalModule:
    """A module or package of the project."""

    name: str
    scope: Scope
    is_package: bool


def find_local(roots: Sequence[Path], name: str) -> Path | None:
    """Returns the file or package folder of a dotted name, None when no root holds it."""
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    for root in roots:
        base = root.joinpath(*parts)
        if base.with_name(base.name + ".py").is_file():
            return base.with_name(base.name + ".py")
        if base.is_dir():
            return base
    return None


def missing_local(roots: Sequence[Path], name: str) -> str | None:
    """Returns the first part of a dotted name that a package or module of the roots lacks, None for others.

    Only what the roots hold can lack something: ``common.b`` where there is a ``common`` without ``b``.
    """
    parts = name.split(".")
    if len(parts) < 2 or find_local(roots, parts[0]) is None:
        return None
    paths = [".".join(parts[:end]) for end in range(2, len(parts) + 1)]
    return next((path for path in paths if find_local(roots, path) is None), None)


def import_local(interpreter: Interpreter, name: str) -> Any:
    """Returns the local module, walked once; ``MISSING`` when the roots do not hold it."""
    if not interpreter.roots:
        return MISSING
    if name in interpreter.local_modules:
        return interpreter.local_modules[name]
    place = find_local(interpreter.roots, name)
    if place is None:
        return MISSING
    parent, _, last = name.rpartition(".")
    outer = import_local(interpreter, parent) if parent else None  # first, as Python does
    if name in interpreter.local_modules:
        return interpreter.local_modules[name]
    is_package = place.is_dir()
    module = LocalModule(name, Scope(), is_package)
    interpreter.local_modules[name] = module
    if isinstance(outer, LocalModule):
        outer.scope.names.setdefault(last, module)
    file = place / "__init__.py" if is_package else place
    if file.is_file():
        _walk(interpreter, module, file)
    return module


def _walk(interpreter: Interpreter, module: LocalModule, file: Path) -> None:
    shown = next((file.relative_to(root) for root in interpreter.roots if file.is_relative_to(root)), file)
    interpreter.module_files[module.scope] = (str(file), shown.as_posix())
    try:
        data = file.read_bytes()[: limits.MAX_SOURCE_BYTES + 1]
        tree = parse(decode(data))
    except SyntaxError as error:
        raised = Raised("SyntaxError", str(error.msg), "syntax-error", module.name)
        outside = interpreter.enter(module.scope)
        interpreter.locate_in_module(raised, module.scope, error.lineno or 0, error.offset or 0)
        interpreter.leave(outside)
        raise raised from None
    except (OSError, Unparsable):
        module.scope.star_is_unknown = True
        interpreter.unknown(f"the local module {module.name} cannot be followed")
        return
    docstring = ast.get_docstring(tree, clean=False)
    module.scope.names.update(__name__=module.name, __file__=str(file), __doc__=docstring)
    package = module.name if module.is_package else module.name.rpartition(".")[0]
    saved = interpreter.enter_module(module.scope, package)
    try:
        interpreter.execute_block(tree.body, module.scope)
    finally:
        interpreter.leave_module(saved)


def local_attribute(interpreter: Interpreter, module: LocalModule, name: str) -> Any:
    """Returns ``module.name``: a name of the module, or a submodule; ``MISSING`` when neither."""
    if name in module.scope.names:
        return module.scope.names[name]
    if module.is_package:
        found = import_local(interpreter, f"{module.name}.{name}")
        if found is not MISSING:
            return found
    return UNKNOWN if module.scope.star_is_unknown else MISSING


def _attribute(interpreter: Interpreter, module: LocalModule, name: str) -> Any:
    found = local_attribute(interpreter, module, name)
    if found is MISSING:
        message = f"module '{module.name}' has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    return found


ATTRIBUTE[LocalModule] = _attribute
